using System.Runtime.CompilerServices;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Grains.Columns;

/// <summary>The rows of one batch in a block.</summary>
/// <param name="Batch">The events.</param>
/// <param name="Rows">The kept rows, <see langword="null"/> for all.</param>
/// <param name="Start">Where they begin in the block.</param>
/// <param name="BlockRows">For each row of the batch its row in the block, or -1 when it is not kept; <see langword="null"/> when all are. May be
/// longer than the batch.</param>
internal readonly record struct BlockSlice(EventBatch Batch, int[]? Rows, int Start, int[]? BlockRows)
{
    /// <summary>Number of rows.</summary>
    public int Count => Rows?.Length ?? Batch.Count;

    /// <summary>Row of the block for a row of the batch, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ToBlockRow(int batchRow) => BlockRows is null ? Start + batchRow : BlockRows[batchRow];
}
