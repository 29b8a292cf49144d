using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Sketches;

namespace Analytics.Grains.Views.Cells;

/// <summary>How numbers are distributed.</summary>
internal sealed class QuantileCell : ViewCell
{
    private readonly QuantileSketch _sketch = new();

    /// <inheritdoc />
    public override void Add(FieldColumn column, int index, ColumnType type) => _sketch.Add(NumberAt(column, index));

    /// <inheritdoc />
    public override void Add(ViewCell other)
    {
        foreach (var (bucket, count) in ((QuantileCell)other)._sketch.Buckets())
        {
            _sketch.Add(bucket, count);
        }
    }

    /// <inheritdoc />
    public override void AddStored(ref RowBinaryReader reader, ColumnType type)
    {
        var buckets = new uint[reader.ReadLength()];
        for (var i = 0; i < buckets.Length; i++)
        {
            buckets[i] = reader.ReadUInt32();
        }

        var counts = reader.ReadLength();
        for (var i = 0; i < counts; i++)
        {
            _sketch.Add((int)buckets[i], (long)reader.ReadUInt64());
        }
    }

    /// <inheritdoc />
    public override JsonScalar? Show(ViewAggregateKind kind, ColumnType type)
    {
        if (_sketch.Count == 0)
        {
            return null;
        }

        var part = kind switch { ViewAggregateKind.P50 => 0.5, ViewAggregateKind.P90 => 0.9, _ => 0.99 };
        var value = _sketch.Quantile(part, type == ColumnType.Int64);
        return JsonScalar.Of(value);
    }
}
