using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Views.Cells;

/// <summary>The smallest and the largest value: of integers, doubles or times.</summary>
internal sealed class ExtremeCell : ViewCell
{
    private bool _hasValue;
    private long _min;
    private long _max;
    private double _minNumber;
    private double _maxNumber;

    /// <inheritdoc />
    public override void Add(FieldColumn column, int index, ColumnType type)
    {
        if (type == ColumnType.Float64)
        {
            // Plus zero: there is one zero.
            var number = NumberAt(column, index) + 0.0;
            AddRange(0, 0, number, number);
        }
        else
        {
            // As a double too: the column may become one.
            var value = type != ColumnType.DateTime ? column.Bits[index] : ColumnFit.TryDateTime(column, index, out var timeMs) ? timeMs : 0;
            AddRange(value, value, value, value);
        }
    }

    /// <inheritdoc />
    public override void Add(ViewCell other)
    {
        var extreme = (ExtremeCell)other;
        if (extreme._hasValue)
        {
            AddRange(extreme._min, extreme._max, extreme._minNumber, extreme._maxNumber);
        }
    }

    /// <inheritdoc />
    public override void AddStored(ref RowBinaryReader reader, ColumnType type)
    {
        var count = reader.ReadUInt64();
        var (min, max) = (reader.ReadInt64(), reader.ReadInt64());
        if (count > 0 && type == ColumnType.Float64)
        {
            AddRange(0, 0, BitConverter.Int64BitsToDouble(min) + 0.0, BitConverter.Int64BitsToDouble(max) + 0.0);
        }
        else if (count > 0)
        {
            AddRange(min, max, min, max);
        }
    }

    /// <inheritdoc />
    public override JsonScalar? Show(ViewAggregateKind kind, ColumnType type) =>
        !_hasValue ? null
        : type == ColumnType.Float64 ? JsonScalar.Of(kind == ViewAggregateKind.Min ? _minNumber : _maxNumber)
        : type == ColumnType.DateTime ? JsonScalar.OfTime(kind == ViewAggregateKind.Min ? _min : _max)
        : JsonScalar.Of((Int128)(kind == ViewAggregateKind.Min ? _min : _max));

    private void AddRange(long min, long max, double minNumber, double maxNumber)
    {
        (_min, _max) = _hasValue ? (Math.Min(_min, min), Math.Max(_max, max)) : (min, max);
        (_minNumber, _maxNumber) = _hasValue ? (Math.Min(_minNumber, minNumber), Math.Max(_maxNumber, maxNumber)) : (minNumber, maxNumber);
        _hasValue = true;
    }
}
