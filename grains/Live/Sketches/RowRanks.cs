using System.Runtime.CompilerServices;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Grains.Live.Sketches;

/// <summary>The ranks of a batch's rows: as if drawn by lot, and the same whenever they are asked for.</summary>
/// <param name="offsets">Log offsets, by row.</param>
/// <param name="sequences">Indexes in their messages, by row.</param>
/// <param name="partition">The log partition.</param>
internal readonly struct RowRanks(long[] offsets, int[] sequences, int partition)
{
    /// <summary>An offset is moved by so many bits, to make room for the index in its message.</summary>
    public const int SequenceBits = 20;

    /// <summary>What a partition's number is multiplied with.</summary>
    public const ulong PartitionFactor = 11400714819323198485;

    private readonly ulong _partition = (ulong)partition * PartitionFactor;

    /// <summary>Those of a batch.</summary>
    public RowRanks(EventBatch batch)
        : this(batch.Offsets, batch.Sequences, batch.Origin.Partition)
    {
    }

    /// <summary>The rank of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Of(int row) => Of(offsets[row], sequences[row], _partition);

    /// <summary>The rank of the row at a position.</summary>
    public static ulong Of(int partition, long offset, int sequence) => Of(offset, sequence, (ulong)partition * PartitionFactor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Of(long offset, int sequence, ulong partition) => ValueHash.Mix((((ulong)offset << SequenceBits) + (ulong)sequence) ^ partition);
}
