using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Views.Cells;

/// <summary>How many values there are.</summary>
internal sealed class CountCell : ViewCell
{
    private long _count;

    /// <inheritdoc />
    public override double Measure => _count;

    /// <inheritdoc />
    public override void Add(FieldColumn column, int index, ColumnType type) => _count++;

    /// <inheritdoc />
    public override void Add(ViewCell other) => _count += ((CountCell)other)._count;

    /// <inheritdoc />
    public override void AddStored(ref RowBinaryReader reader, ColumnType type) => _count += (long)reader.ReadUInt64();

    /// <inheritdoc />
    public override JsonScalar? Show(ViewAggregateKind kind, ColumnType type) => JsonScalar.Of((Int128)_count);
}
