using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Sketches;
using Analytics.Grains.Live.Snapshot;

namespace Analytics.Grains.Live;

/// <summary>Count, range, exact sum, quantiles and different values of a column of integers.</summary>
internal sealed class LiveInt64() : LiveField(ColumnType.Int64)
{
    /// <summary>Smallest value, <see cref="long.MaxValue"/> without values.</summary>
    public long Min { get; private set; } = long.MaxValue;

    /// <summary>Largest value, <see cref="long.MinValue"/> without values.</summary>
    public long Max { get; private set; } = long.MinValue;

    /// <summary>Sum of all values.</summary>
    public Int128 Sum { get; private set; }

    /// <summary>Its quantiles.</summary>
    public QuantileSketch Quantiles { get; private set; } = new();

    /// <summary>Its different values.</summary>
    public NumberTally Values { get; } = new(NumberKind.Integer);

    /// <inheritdoc />
    public override IValueTally? Tally => Values;

    /// <inheritdoc />
    public override QuantileSketch? QuantilesOrNull => Quantiles;

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
    public override FieldSnapshot Describe(FieldSnapshot bare)
    {
        if (Count == 0)
        {
            return bare;
        }

        var quantiles = Values.Quantiles(ShownQuantiles);
        return bare with
        {
            Min = JsonScalar.Of((Int128)Min),
            Max = JsonScalar.Of((Int128)Max),
            Sum = JsonScalar.Of(Sum),
            Avg = JsonScalar.Of((double)Sum / Count),
            P50 = Quantile(quantiles, 0),
            P90 = Quantile(quantiles, 1),
            P99 = Quantile(quantiles, 2),
            Unique = Values.Unique,
            Top = Values.Top(),
        };
    }

    /// <inheritdoc />
    public override void Save(SnapshotWriter writer)
    {
        writer.WriteUnsigned((ulong)Count);
        if (Count > 0)
        {
            writer.WriteSigned(Min);
            writer.WriteSigned(Max);
            writer.WriteSigned(Sum);
            Quantiles.Save(writer);
            Values.Save(writer);
        }
    }

    /// <inheritdoc />
    protected override void Restore(ref SnapshotReader reader)
    {
        var count = reader.ReadCount();
        if (count > 0)
        {
            Merge(count, reader.ReadSigned(), reader.ReadSigned(), reader.ReadSigned128());
            Quantiles = QuantileSketch.Restore(ref reader);
            Values.Restore(ref reader);
        }
    }

    /// <inheritdoc />
    protected override void TakeAll(FieldColumn column, in RowRanks ranks)
    {
        // Halves of 32 bits, whose sums fit a word for as many values as an array may have.
        var (min, max, high, low) = (Min, Max, 0L, 0L);
        var quantiles = Quantiles;
        foreach (var value in column.Bits)
        {
            min = Math.Min(min, value);
            max = Math.Max(max, value);
            high += value >> 32;
            low += (uint)value;
            quantiles.Add(value);
        }

        (Min, Max) = (min, max);
        Sum += ((Int128)high << 32) + low;
        Values.AddAll(column, ranks);
    }

    /// <inheritdoc />
    protected override void TakeStoredValue(ref RowBinaryReader reader, ulong rank) => Take(reader.ReadInt64(), rank);

    /// <inheritdoc />
    protected override void Take(FieldColumn column, int index, in RowRanks ranks) => Take(column.Bits[index], ranks.Of(column.RowAt(index)));

    private void Take(long value, ulong rank)
    {
        Min = Math.Min(Min, value);
        Max = Math.Max(Max, value);
        Sum += value;
        Quantiles.Add(value);
        Values.Add(value, rank);
    }

    private JsonScalar Quantile(long[]? exact, int index) =>
        JsonScalar.Of(exact is null ? Int128.Clamp((Int128)Quantiles.Quantile(ShownQuantiles[index], isInteger: true), Min, Max) : exact[index]);
}
