using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Sketches;
using Analytics.Grains.Live.Snapshot;

namespace Analytics.Grains.Live;

/// <summary>Count, range and different values of a column of times.</summary>
internal sealed class LiveDateTime() : LiveField(ColumnType.DateTime)
{
    private long _minMs = long.MaxValue;
    private long _maxMs = long.MinValue;

    /// <summary>Its different values.</summary>
    public NumberTally Values { get; } = new(NumberKind.Time);

    /// <inheritdoc />
    public override IValueTally? Tally => Values;

    /// <summary>Takes what SQL computed over rows of the table, UTC milliseconds since 1970; any range when there are no values.</summary>
    public void Merge(long count, long minMs, long maxMs)
    {
        Count += count;
        if (count > 0)
        {
            _minMs = Math.Min(_minMs, minMs);
            _maxMs = Math.Max(_maxMs, maxMs);
        }
    }

    /// <inheritdoc />
    public override FieldSnapshot Describe(FieldSnapshot bare) =>
        Count == 0 ? bare : bare with { Min = JsonScalar.OfTime(_minMs), Max = JsonScalar.OfTime(_maxMs), Unique = Values.Unique, Top = Values.Top() };

    /// <inheritdoc />
    public override void Save(SnapshotWriter writer)
    {
        writer.WriteUnsigned((ulong)Count);
        if (Count > 0)
        {
            writer.WriteSigned(_minMs);
            writer.WriteSigned(_maxMs);
            Values.Save(writer);
        }
    }

    /// <inheritdoc />
    protected override void Restore(ref SnapshotReader reader)
    {
        var count = reader.ReadCount();
        if (count > 0)
        {
            Merge(count, reader.ReadSigned(), reader.ReadSigned());
            Values.Restore(ref reader);
        }
    }

    /// <inheritdoc />
    protected override void TakeStoredValue(ref RowBinaryReader reader, ulong rank) => Take(reader.ReadInt64(), rank);

    /// <inheritdoc />
    protected override void Take(FieldColumn column, int index, in RowRanks ranks)
    {
        if (!Iso8601.TryParse(column.BytesAt(index), out var unixMs))
        {
            throw new InvalidOperationException($"A value of '{column.Name}' was taken for a time and is none.");
        }

        Take(unixMs, ranks.Of(column.RowAt(index)));
    }

    private void Take(long unixMs, ulong rank)
    {
        _minMs = Math.Min(_minMs, unixMs);
        _maxMs = Math.Max(_maxMs, unixMs);
        Values.Add(unixMs, rank);
    }
}
