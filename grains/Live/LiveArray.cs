using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Sketches;
using Analytics.Grains.Live.Snapshot;

namespace Analytics.Grains.Live;

/// <summary>Count of a column of arrays. An empty array is no value: the table keeps none apart from an absent one.</summary>
internal sealed class LiveArray(ColumnType type) : LiveField(type)
{
    /// <summary>Takes what SQL computed over rows of the table.</summary>
    public void Merge(long count) => Count += count;

    /// <inheritdoc />
    public override FieldSnapshot Describe(FieldSnapshot bare) => bare;

    /// <inheritdoc />
    public override void Save(SnapshotWriter writer) => writer.WriteUnsigned((ulong)Count);

    /// <inheritdoc />
    protected override void Restore(ref SnapshotReader reader) => Count = reader.ReadCount();

    /// <inheritdoc />
    protected override void TakeStoredValue(ref RowBinaryReader reader, ulong rank)
    {
        // That there is one is all.
    }

    /// <inheritdoc />
    protected override void Take(FieldColumn column, int index, in RowRanks ranks)
    {
        if (column.BytesAt(index).IsEmpty)
        {
            Count--;
        }
    }
}
