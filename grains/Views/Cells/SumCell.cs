using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Views.Cells;

/// <summary>The sum of values and their number: integers exactly, doubles with the error of each addition kept, so that it is right but for its last digit.</summary>
internal sealed class SumCell : ViewCell
{
    private long _count;
    private long _doubles;
    private Int128 _integers;
    private double _sum;
    private double _error;

    /// <inheritdoc />
    public override double Measure => (double)_integers + (_sum + _error);

    /// <inheritdoc />
    public override void Add(FieldColumn column, int index, ColumnType type)
    {
        _count++;
        if (column.KindAt(index) == FieldKind.Int64)
        {
            _integers += column.Bits[index];
        }
        else
        {
            _doubles++;
            Add(BitConverter.Int64BitsToDouble(column.Bits[index]));
        }
    }

    /// <inheritdoc />
    public override void Add(ViewCell other)
    {
        var sum = (SumCell)other;
        _count += sum._count;
        _doubles += sum._doubles;
        _integers += sum._integers;
        Add(sum._sum);
        _error += sum._error;
    }

    /// <inheritdoc />
    public override void AddStored(ref RowBinaryReader reader, ColumnType type)
    {
        var count = (long)reader.ReadUInt64();
        _count += count;
        if (type == ColumnType.Int64)
        {
            var low = reader.ReadUInt64();
            _integers += new Int128(reader.ReadUInt64(), low);
        }
        else
        {
            _doubles += count;
            Add(BitConverter.Int64BitsToDouble(reader.ReadInt64()));
        }
    }

    /// <inheritdoc />
    public override JsonScalar? Show(ViewAggregateKind kind, ColumnType type) =>
        _count == 0 ? null
        : kind == ViewAggregateKind.Avg ? JsonScalar.Of(Measure / _count)
        : _doubles == 0 ? JsonScalar.Of(_integers)
        : JsonScalar.Of(Measure);

    // Neumaier's summation: https://doi.org/10.1002/zamm.19740540106
    private void Add(double value)
    {
        var sum = _sum + value;
        _error += Math.Abs(_sum) >= Math.Abs(value) ? _sum - sum + value : value - sum + _sum;
        _sum = sum;
    }
}
