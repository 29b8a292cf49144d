using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Sketches;
using Analytics.Grains.Live.Snapshot;

namespace Analytics.Grains.Live;

/// <summary>The live state of one column. What it knows is a function of the column's values, not of their order.</summary>
internal abstract class LiveField
{
    /// <summary>The quantiles that are shown.</summary>
    protected static ReadOnlySpan<double> ShownQuantiles => [0.5, 0.9, 0.99];

    protected LiveField(ColumnType type) => Type = type;

    /// <summary>The column's type.</summary>
    public ColumnType Type { get; }

    /// <summary>Values taken.</summary>
    public long Count { get; protected set; }

    /// <summary>The different values; <see langword="null"/> where they are not looked at.</summary>
    public virtual IValueTally? Tally => null;

    /// <summary>The quantiles; <see langword="null"/> for what has none.</summary>
    public virtual QuantileSketch? QuantilesOrNull => null;

    /// <summary>The live state of an empty column.</summary>
    public static LiveField Create(ColumnType type) => type switch
    {
        ColumnType.Int64 => new LiveInt64(),
        ColumnType.Float64 => new LiveFloat64(),
        ColumnType.DateTime => new LiveDateTime(),
        ColumnType.Bool or ColumnType.String or ColumnType.LowCardinalityString => new LiveText(type),
        _ => new LiveArray(type),
    };

    /// <summary>The live state of a column as a snapshot kept it.</summary>
    /// <param name="type">The column's type.</param>
    /// <param name="reader">Stands at what <see cref="Save"/> wrote; tells afterwards whether that could be read.</param>
    public static LiveField Read(ColumnType type, ref SnapshotReader reader)
    {
        var field = Create(type);
        field.Restore(ref reader);
        return field;
    }

    /// <summary>Whether the column may become one of another type without a value changing by that.</summary>
    public virtual bool CanBecome(ColumnType type) => type == Type;

    /// <summary>The same state as one of a column of another type that it <see cref="CanBecome"/>. What it was made of is not used any more.</summary>
    public virtual LiveField As(ColumnType type) =>
        type == Type ? this : throw new InvalidOperationException($"A column of type {Type} does not become one of {type}.");

    /// <summary>Takes a batch's values that fit the column.</summary>
    /// <param name="column">The values.</param>
    /// <param name="keep">Rows that count, by row; <see langword="null"/> when all do.</param>
    /// <param name="ranks">The ranks of the batch's rows.</param>
    /// <returns>Number of kept values that do not fit: they go to <c>_extra</c>.</returns>
    public long Apply(FieldColumn column, bool[]? keep, in RowRanks ranks)
    {
        if (keep is null && column.Kinds is null && ColumnFit.OfKind(column.Kind, Type) == KindFit.Always)
        {
            Count += column.Count;
            TakeAll(column, ranks);
            return 0;
        }

        var conflicts = 0L;
        for (var i = 0; i < column.Count; i++)
        {
            if (keep is not null && !keep[column.RowAt(i)])
            {
                continue;
            }

            if (ColumnFit.Fits(column, i, Type))
            {
                Count++;
                Take(column, i, ranks);
            }
            else
            {
                conflicts++;
            }
        }

        return conflicts;
    }

    /// <summary>Takes a value of a table's row, or that there is none.</summary>
    /// <param name="reader">Stands at the column, as <see cref="Rebuild.FewRows"/> asks for it.</param>
    /// <param name="rank">The row's rank.</param>
    public void TakeStored(ref RowBinaryReader reader, ulong rank)
    {
        // Of arrays it says whether there is a value, of others whether there is none.
        var isMarked = reader.ReadByte() != 0;
        if (isMarked == Type.IsArray())
        {
            Count++;
            TakeStoredValue(ref reader, rank);
        }
    }

    /// <summary>Writes what is known into a snapshot.</summary>
    public abstract FieldSnapshot Describe(FieldSnapshot bare);

    /// <summary>Writes all that is known, for <see cref="Read"/>.</summary>
    public abstract void Save(SnapshotWriter writer);

    /// <summary>Reads what <see cref="Save"/> wrote, into an empty state.</summary>
    protected abstract void Restore(ref SnapshotReader reader);

    /// <summary>Takes all values of a column; they are of one kind, and fit. The same as taking them one by one, without a call for each.</summary>
    protected virtual void TakeAll(FieldColumn column, in RowRanks ranks)
    {
        for (var i = 0; i < column.Count; i++)
        {
            Take(column, i, ranks);
        }
    }

    /// <summary>Takes the value of a row.</summary>
    protected abstract void TakeStoredValue(ref RowBinaryReader reader, ulong rank);

    /// <summary>Takes one value that fits.</summary>
    protected abstract void Take(FieldColumn column, int index, in RowRanks ranks);
}
