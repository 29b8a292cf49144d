using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Snapshot;

namespace Analytics.Grains.Live;

/// <summary>Count, range and exact sum of a column of integers.</summary>
internal sealed class LiveInt64() : LiveField(ColumnType.Int64)
{
    /// <summary>Smallest value, <see cref="long.MaxValue"/> without values.</summary>
    public long Min { get; private set; } = long.MaxValue;

    /// <summary>Largest value, <see cref="long.MinValue"/> without values.</summary>
    public long Max { get; private set; } = long.MinValue;

    /// <summary>Sum of all values.</summary>
    public Int128 Sum { get; private set; }

    /// <summary>Takes what SQL computed over rows of the table; any range when there are no values.</summary>
    public void Merge(long count, long min, long max, Int128 sum)
    {
        Count += count;
        if (count > 0)
        {
            Min = Math.Min(Min, min);
            Max = Math.Max(Max, max);
        }

        Sum += sum;
    }

    /// <summary>Whether every value so far is a double exactly, so that the column may become one of doubles.</summary>
    public bool CanBecomeFloat64 => Count == 0 || (Min >= -ColumnFit.ExactIntegerMax && Max <= ColumnFit.ExactIntegerMax);

    /// <inheritdoc />
    public override bool CanBecome(ColumnType type) => type == ColumnType.Float64 ? CanBecomeFloat64 : base.CanBecome(type);

    /// <inheritdoc />
    public override LiveField As(ColumnType type) => type == ColumnType.Float64 && CanBecomeFloat64 ? LiveFloat64.From(this) : base.As(type);

    /// <inheritdoc />
    public override FieldSnapshot Describe(FieldSnapshot bare) => Count == 0
        ? bare
        : bare with
        {
            Min = JsonScalar.Of((Int128)Min),
            Max = JsonScalar.Of((Int128)Max),
            Sum = JsonScalar.Of(Sum),
            Avg = JsonScalar.Of((double)Sum / Count),
        };

    /// <inheritdoc />
    public override void Save(SnapshotWriter writer)
    {
        writer.WriteUnsigned((ulong)Count);
        if (Count > 0)
        {
            writer.WriteSigned(Min);
            writer.WriteSigned(Max);
            writer.WriteSigned(Sum);
        }
    }

    /// <inheritdoc />
    protected override void Restore(ref SnapshotReader reader)
    {
        var count = reader.ReadCount();
        if (count > 0)
        {
            Merge(count, reader.ReadSigned(), reader.ReadSigned(), reader.ReadSigned128());
        }
    }

    /// <inheritdoc />
    protected override void TakeAll(FieldColumn column)
    {
        // Halves of 32 bits, whose sums fit a word for as many values as an array may have.
        var (min, max, high, low) = (Min, Max, 0L, 0L);
        foreach (var value in column.Bits)
        {
            min = Math.Min(min, value);
            max = Math.Max(max, value);
            high += value >> 32;
            low += (uint)value;
        }

        (Min, Max) = (min, max);
        Sum += ((Int128)high << 32) + low;
    }

    /// <inheritdoc />
    protected override void Take(FieldColumn column, int index)
    {
        var value = column.Bits[index];
        Min = Math.Min(Min, value);
        Max = Math.Max(Max, value);
        Sum += value;
    }
}
