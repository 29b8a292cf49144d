using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Snapshot;

namespace Analytics.Grains.Live;

/// <summary>The live state of one column. What it knows is a function of the column's values, not of their order.</summary>
internal abstract class LiveField
{
    protected LiveField(ColumnType type) => Type = type;

    /// <summary>The column's type.</summary>
    public ColumnType Type { get; }

    /// <summary>Values taken.</summary>
    public long Count { get; protected set; }

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
    /// <returns>Number of kept values that do not fit: they go to <c>_extra</c>.</returns>
    public long Apply(FieldColumn column, bool[]? keep)
    {
        if (keep is null && column.Kinds is null && ColumnFit.OfKind(column.Kind, Type) == KindFit.Always)
        {
            Count += column.Count;
            TakeAll(column);
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
                Take(column, i);
            }
            else
            {
                conflicts++;
            }
        }

        return conflicts;
    }

    /// <summary>Writes what is known into a snapshot.</summary>
    public abstract FieldSnapshot Describe(FieldSnapshot bare);

    /// <summary>Writes all that is known, for <see cref="Read"/>.</summary>
    public abstract void Save(SnapshotWriter writer);

    /// <summary>Reads what <see cref="Save"/> wrote, into an empty state.</summary>
    protected abstract void Restore(ref SnapshotReader reader);

    /// <summary>Takes all values of a column; they are of one kind, and fit. The same as taking them one by one, without a call for each.</summary>
    protected virtual void TakeAll(FieldColumn column)
    {
        for (var i = 0; i < column.Count; i++)
        {
            Take(column, i);
        }
    }

    /// <summary>Takes one value that fits.</summary>
    protected abstract void Take(FieldColumn column, int index);
}
