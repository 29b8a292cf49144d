using System.Runtime.InteropServices;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Grains.Columns;

/// <summary>Writes the fixed columns but <c>_extra</c>. Numbers are copied as they lie in memory: ClickHouse and every supported machine are
/// little-endian.</summary>
internal static class FixedColumnEncoder
{
    /// <summary>Event times; one that DateTime64(3) cannot hold is a bug of the decoder.</summary>
    public static void WriteTimes(NativeBuffer buffer, ReadOnlySpan<BlockSlice> slices, int rows)
    {
        var target = MemoryMarshal.Cast<byte, long>(buffer.Take(rows * sizeof(long)));
        Gather(slices, static batch => batch.Times, target);
        foreach (var time in target)
        {
            if (time is < ColumnFit.DateTimeMsMin or > ColumnFit.DateTimeMsMax)
            {
                ThrowTime(time);
            }
        }
    }

    /// <summary>Times of receipt. They come from the log, where a producer may have set anything: what DateTime64(3) cannot hold is moved to its
    /// nearest end.</summary>
    public static void WriteReceived(NativeBuffer buffer, ReadOnlySpan<BlockSlice> slices, int rows)
    {
        var target = MemoryMarshal.Cast<byte, long>(buffer.Take(rows * sizeof(long)));
        Gather(slices, static batch => batch.Received, target);
        foreach (ref var time in target)
        {
            time = Math.Clamp(time, ColumnFit.DateTimeMsMin, ColumnFit.DateTimeMsMax);
        }
    }

    /// <summary>Log offsets.</summary>
    public static void WriteOffsets(NativeBuffer buffer, ReadOnlySpan<BlockSlice> slices, int rows) =>
        Gather(slices, static batch => batch.Offsets, MemoryMarshal.Cast<byte, long>(buffer.Take(rows * sizeof(long))));

    /// <summary>Indexes in the message.</summary>
    public static void WriteSequences(NativeBuffer buffer, ReadOnlySpan<BlockSlice> slices, int rows) =>
        Gather(slices, static batch => batch.Sequences, MemoryMarshal.Cast<byte, int>(buffer.Take(rows * sizeof(int))));

    /// <summary>Log partitions, one a batch.</summary>
    public static void WritePartitions(NativeBuffer buffer, ReadOnlySpan<BlockSlice> slices, int rows)
    {
        var target = MemoryMarshal.Cast<byte, int>(buffer.Take(rows * sizeof(int)));
        foreach (ref readonly var slice in slices)
        {
            target.Slice(slice.Start, slice.Count).Fill(slice.Batch.Origin.Partition);
        }
    }

    /// <summary>The time of the insert, the same in every row.</summary>
    public static void WriteInserted(NativeBuffer buffer, int rows, uint insertedSeconds) =>
        MemoryMarshal.Cast<byte, uint>(buffer.Take(rows * sizeof(uint))).Fill(insertedSeconds);

    /// <summary>Event ids, empty where there is none.</summary>
    public static void WriteIds(NativeBuffer buffer, ReadOnlySpan<BlockSlice> slices)
    {
        foreach (ref readonly var slice in slices)
        {
            if (slice.Batch.IdEnds is null)
            {
                buffer.Take(slice.Count).Clear();
                continue;
            }

            for (var i = 0; i < slice.Count; i++)
            {
                buffer.WriteString(slice.Batch.IdAt(slice.Rows is null ? i : slice.Rows[i]));
            }
        }
    }

    private static void Gather<T>(ReadOnlySpan<BlockSlice> slices, Func<EventBatch, T[]> column, Span<T> target)
    {
        foreach (ref readonly var slice in slices)
        {
            var source = column(slice.Batch);
            if (slice.Rows is null)
            {
                source.CopyTo(target[slice.Start..]);
                continue;
            }

            var kept = target.Slice(slice.Start, slice.Rows.Length);
            for (var i = 0; i < kept.Length; i++)
            {
                kept[i] = source[slice.Rows[i]];
            }
        }
    }

    private static void ThrowTime(long time) => throw new InvalidOperationException(
        $"The event time {time} ms is outside of {ColumnFit.DateTimeMsMin} to {ColumnFit.DateTimeMsMax}, what a DateTime64(3) column holds: it should have become a dead letter.");
}
