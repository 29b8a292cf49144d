using Analytics.GrainInterfaces.Batches;

namespace Analytics.Grains.Columns;

/// <summary>A batch, and which of its rows are to be written.</summary>
/// <param name="Batch">The events.</param>
/// <param name="Rows">The kept rows, ascending; <see langword="null"/> for all of them.</param>
public sealed record BatchRows(EventBatch Batch, int[]? Rows)
{
    /// <summary>Number of rows to write.</summary>
    public int Count => Rows?.Length ?? Batch.Count;

    /// <summary>The batch's row that is the <paramref name="index"/>th to write.</summary>
    public int RowAt(int index) => Rows is null ? index : Rows[index];
}
