using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Sketches;
using Analytics.Grains.Live.Snapshot;

namespace Analytics.Grains.Live;

/// <summary>Count and different values of a column of strings or booleans.</summary>
internal sealed class LiveText(ColumnType type) : LiveField(type)
{
    private static readonly byte[] True = "true"u8.ToArray();
    private static readonly byte[] False = "false"u8.ToArray();

    /// <summary>Its different values.</summary>
    public TextTally Values { get; private set; } = new();

    /// <inheritdoc />
    public override IValueTally? Tally => Values;

    /// <summary>Takes as many values as SQL counted over rows of the table; their different ones are taken by themselves.</summary>
    public void Merge(long count) => Count += count;

    /// <inheritdoc />
    public override bool CanBecome(ColumnType type) => type == Type || (Type.IsText() && type.IsText());

    /// <inheritdoc />
    public override LiveField As(ColumnType type) =>
        type != Type && CanBecome(type) ? new LiveText(type) { Count = Count, Values = Values } : base.As(type);

    /// <inheritdoc />
    public override FieldSnapshot Describe(FieldSnapshot bare) => Count == 0 ? bare : bare with { Unique = Values.Unique, Top = Values.Top() };

    /// <inheritdoc />
    public override void Save(SnapshotWriter writer)
    {
        writer.WriteUnsigned((ulong)Count);
        Values.Save(writer);
    }

    /// <inheritdoc />
    protected override void Restore(ref SnapshotReader reader)
    {
        Count = reader.ReadCount();
        Values.Restore(ref reader);
    }

    /// <inheritdoc />
    protected override void TakeAll(FieldColumn column, in RowRanks ranks)
    {
        if (column.Kind == FieldKind.Bool)
        {
            TakeBools(column, ranks);
            return;
        }

        for (var i = 0; i < column.Count; i++)
        {
            Values.Add(column.BytesAt(i), ranks.Of(column.RowAt(i)));
        }
    }

    /// <inheritdoc />
    protected override void TakeStoredValue(ref RowBinaryReader reader, ulong rank) =>
        Values.Add(Type == ColumnType.Bool ? reader.ReadByte() == 0 ? False : True : reader.ReadBytes().Span, rank);

    /// <inheritdoc />
    protected override void Take(FieldColumn column, int index, in RowRanks ranks) => Values.Add(
        column.KindAt(index) == FieldKind.Bool ? column.Bits[index] == 0 ? False : True : column.BytesAt(index), ranks.Of(column.RowAt(index)));

    // Two values, counted without a lookup for each.
    private void TakeBools(FieldColumn column, in RowRanks ranks)
    {
        Span<long> counts = stackalloc long[2];
        Span<ulong> lowest = [ulong.MaxValue, ulong.MaxValue];
        for (var i = 0; i < column.Count; i++)
        {
            var value = (int)column.Bits[i] & 1;
            counts[value]++;
            lowest[value] = Math.Min(lowest[value], ranks.Of(column.RowAt(i)));
        }

        for (var value = 0; value < counts.Length; value++)
        {
            if (counts[value] > 0)
            {
                Values.Add(value == 0 ? False : True, counts[value], lowest[value]);
            }
        }
    }
}
