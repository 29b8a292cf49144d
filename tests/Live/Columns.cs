using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Live;
using Analytics.Grains.Live.Sketches;
using Analytics.Tests.Columns;

namespace Analytics.Tests.Live;

/// <summary>Columns of one field, and what a live field says of them.</summary>
internal static class Columns
{
    /// <summary>The field's name.</summary>
    public const string Name = "f";

    /// <summary>A column whose value <c>i</c> is in row <c>i</c>.</summary>
    public static FieldColumn Of(params TestValue[] values)
    {
        var batch = new TestBatch();
        Array.ForEach(values, value => batch.Add((Name, value)));
        return batch.Build().Fields[0];
    }

    /// <summary>Takes a column whose rows are the first of a partition.</summary>
    public static long Apply(this LiveField field, FieldColumn column, bool[]? keep)
    {
        var rowCount = column.Rows is { Length: > 0 } rows ? rows[^1] + 1 : column.Count;
        return field.Apply(column, keep, new RowRanks([.. Enumerable.Range(0, rowCount).Select(row => (long)row)], new int[rowCount], 0));
    }

    /// <summary>A field's snapshot; counts of the metric left at zero.</summary>
    public static FieldSnapshot Describe(LiveField field) => field.Describe(new FieldSnapshot
    {
        Name = Name,
        Type = ColumnLabel.Of(field.Type),
        Count = field.Count,
        Null = 0,
        Conflicts = 0,
    });
}
