using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Sketches;
using Analytics.Grains.Live.Snapshot;

namespace Analytics.Grains.Live;

/// <summary>Count, range, exact sum, quantiles and different values of a column of doubles.</summary>
internal sealed class LiveFloat64() : LiveField(ColumnType.Float64)
{
    private readonly ExactSum _sum = new();
    private double _min = double.PositiveInfinity;
    private double _max = double.NegativeInfinity;

    /// <summary>Its quantiles.</summary>
    public QuantileSketch Quantiles { get; private set; } = new();

    /// <summary>Its different values.</summary>
    public NumberTally Values { get; private set; } = new(NumberKind.Double);

    /// <inheritdoc />
    public override IValueTally? Tally => Values;

    /// <inheritdoc />
    public override QuantileSketch? QuantilesOrNull => Quantiles;

    /// <summary>The live state of a column of integers that became one of doubles.</summary>
    public static LiveFloat64 From(LiveInt64 integers)
    {
        var field = new LiveFloat64 { Count = integers.Count };
        if (integers.Count > 0)
        {
            field._min = integers.Min;
            field._max = integers.Max;
            field._sum.AddInteger(integers.Sum);
            field.Quantiles = integers.Quantiles;
            field.Values = integers.Values.AsDoubles();
        }

        return field;
    }

    /// <summary>Takes what SQL computed over rows of the table.</summary>
    /// <param name="count">Number of values.</param>
    /// <param name="min">Smallest value; any number when there are none.</param>
    /// <param name="max">Largest value; any number when there are none.</param>
    /// <param name="bins">Bins of <see cref="ExactSum"/> that are not zero.</param>
    public void Merge(long count, double min, double max, IEnumerable<(int Bin, Int128 Value)> bins)
    {
        Count += count;
        if (count > 0)
        {
            // Plus zero: see Take.
            _min = Math.Min(_min, min + 0.0);
            _max = Math.Max(_max, max + 0.0);
        }

        foreach (var (bin, value) in bins)
        {
            _sum.AddBin(bin, value);
        }
    }

    /// <inheritdoc />
    public override FieldSnapshot Describe(FieldSnapshot bare)
    {
        if (Count == 0)
        {
            return bare;
        }

        var sum = _sum.ToDouble();
        var quantiles = Values.Quantiles(ShownQuantiles);
        return bare with
        {
            Min = JsonScalar.Of(_min),
            Max = JsonScalar.Of(_max),
            Sum = JsonScalar.Of(sum),
            Avg = JsonScalar.Of(sum / Count),
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
            writer.WriteDouble(_min);
            writer.WriteDouble(_max);
            _sum.Save(writer);
            Quantiles.Save(writer);
            Values.Save(writer);
        }
    }

    /// <inheritdoc />
    protected override void Restore(ref SnapshotReader reader)
    {
        Count = reader.ReadCount();
        if (Count > 0)
        {
            _min = reader.ReadDouble();
            _max = reader.ReadDouble();
            _sum.Restore(ref reader);
            Quantiles = QuantileSketch.Restore(ref reader);
            Values.Restore(ref reader);
        }
    }

    /// <inheritdoc />
    protected override void TakeAll(FieldColumn column, in RowRanks ranks)
    {
        var (min, max) = (_min, _max);
        var quantiles = Quantiles;
        foreach (var bits in column.Bits)
        {
            // Plus zero: see Take.
            var value = BitConverter.Int64BitsToDouble(bits) + 0.0;
            min = value < min ? value : min;
            max = value > max ? value : max;
            quantiles.Add(value);
        }

        (_min, _max) = (min, max);
        _sum.AddAll(column.Bits);
        Values.AddAll(column, ranks);
    }

    /// <inheritdoc />
    protected override void TakeStoredValue(ref RowBinaryReader reader, ulong rank) => Take(BitConverter.Int64BitsToDouble(reader.ReadInt64()), rank);

    /// <inheritdoc />
    protected override void Take(FieldColumn column, int index, in RowRanks ranks) => Take(
        column.KindAt(index) == FieldKind.Int64 ? column.Bits[index] : BitConverter.Int64BitsToDouble(column.Bits[index]), ranks.Of(column.RowAt(index)));

    private void Take(double value, ulong rank)
    {
        // Negative zero counts as zero: which of two equal values is kept as the smallest must not depend on their order.
        value += 0.0;
        _min = Math.Min(_min, value);
        _max = Math.Max(_max, value);
        _sum.Add(value);
        Quantiles.Add(value);
        Values.Add(NumberTally.KeyOf(value), rank);
    }

    private JsonScalar? Quantile(long[]? exact, int index) => JsonScalar.Of(
        exact is null ? Math.Clamp(Quantiles.Quantile(ShownQuantiles[index]), _min, _max) : BitConverter.Int64BitsToDouble(exact[index]));
}
