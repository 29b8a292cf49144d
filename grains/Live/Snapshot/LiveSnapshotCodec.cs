using System.Diagnostics.CodeAnalysis;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Windows;

namespace Analytics.Grains.Live.Snapshot;

/// <summary>
/// A metric's live state as bytes: version, fields with name and type, the rest of the state, CRC32C. A usual metric takes some kilobytes; each field of very many values up to seventeen.
/// State belongs to columns by name, so that it can be fitted to the table as it is by then.
/// </summary>
internal static class LiveSnapshotCodec
{
    /// <summary>The form that is written; no other is read.</summary>
    internal const byte Version = 3;

    /// <summary>Writes a snapshot. In the actor's turn: live state must not change meanwhile.</summary>
    /// <param name="live">The state.</param>
    /// <param name="columns">The plan's columns, whose names the state's fields have.</param>
    /// <param name="insertedSeconds">No row that comes after has an <c>_inserted</c> before this, UTC seconds since 1970.</param>
    public static byte[] Write(LiveMetric live, IReadOnlyList<TableColumn> columns, long insertedSeconds)
    {
        var writer = new SnapshotWriter();
        writer.WriteByte(Version);
        writer.WriteUnsigned((ulong)insertedSeconds);
        writer.WriteUnsigned((ulong)live.Fields.Count);
        for (var i = 0; i < live.Fields.Count; i++)
        {
            // The state's own type: a plan may widen a column a moment before its field does.
            var field = live.Fields[i];
            writer.WriteText(columns[i].Name);
            writer.WriteByte((byte)field.Type);
            field.Save(writer);
        }

        live.Save(writer);
        return writer.Seal();
    }

    /// <summary>Reads a snapshot and fits it to a table's columns: integers become doubles where the column has, new columns are empty.</summary>
    /// <param name="bytes">What <see cref="Write"/> gave; anything else is refused.</param>
    /// <param name="columns">The table's columns, in their order.</param>
    /// <param name="snapshot">The snapshot, with the columns given.</param>
    /// <param name="whyNot">Why it cannot be used: the state is to be made from the table alone.</param>
    /// <param name="clock">What windows go by; <see langword="null"/> for the usual.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> bytes, IReadOnlyList<TableColumn> columns,
        [NotNullWhen(true)] out FittedSnapshot? snapshot, [NotNullWhen(false)] out string? whyNot, EventClock? clock = null)
    {
        snapshot = null;
        if (!SnapshotReader.TryOpen(bytes, out var reader))
        {
            whyNot = "it is damaged";
            return false;
        }

        var version = reader.ReadByte();
        if (version != Version)
        {
            whyNot = $"it has form {version}, this program reads form {Version}";
            return false;
        }

        var insertedSeconds = reader.ReadCount();
        if (!TryReadFields(ref reader, out var fields))
        {
            whyNot = "it holds a column type that there is not";
            return false;
        }

        var fitted = Fit(fields, columns, out whyNot);
        var live = new LiveMetric(fitted, clock);
        if (!live.Restore(ref reader))
        {
            whyNot ??= "late events were told by another period of grace";
        }

        if (!reader.IsAtEnd)
        {
            whyNot = "it is not of the form it says it has";
        }

        snapshot = whyNot is null ? new FittedSnapshot(live, columns, insertedSeconds) : null;
        return whyNot is null;
    }

    private static bool TryReadFields(ref SnapshotReader reader, out Dictionary<string, LiveField> fields)
    {
        fields = new Dictionary<string, LiveField>(StringComparer.Ordinal);
        for (var left = reader.ReadLength(bytesEachMin: 3); left > 0; left--)
        {
            var name = reader.ReadText();
            var type = (ColumnType)reader.ReadByte();
            if (!Enum.IsDefined(type))
            {
                return false;
            }

            fields[name] = LiveField.Read(type, ref reader);
        }

        return true;
    }

    private static List<LiveField> Fit(Dictionary<string, LiveField> fields, IReadOnlyList<TableColumn> columns, out string? whyNot)
    {
        whyNot = null;
        var fitted = new List<LiveField>(columns.Count);
        foreach (var column in columns)
        {
            fields.Remove(column.Name, out var field);
            fitted.Add(Fit(field, column) ?? LiveField.Create(column.Type));
            if (field is not null && fitted[^1].Count != field.Count)
            {
                whyNot = $"column '{column.Name}' was of type {field.Type} and is {column.Type} now";
            }
        }

        if (fields.Count > 0)
        {
            whyNot = $"column '{fields.First().Key}' is gone";
        }

        return fitted;
    }

    private static LiveField? Fit(LiveField? field, TableColumn column) => field is not null && field.CanBecome(column.Type) ? field.As(column.Type) : null;
}
