using System.Text.Json;
using System.Text.Unicode;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Columns;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary>
/// Turns rows of the dead-letter table (JSONEachRow, raw bytes in base64) into objects: <c>time</c>, <c>received</c>, <c>position</c> (and its
/// parts <c>partition</c>, <c>offset</c>, <c>index</c>), <c>code</c>, <c>reason</c>, <c>project</c>, <c>metric</c>, <c>bare</c>, <c>topic</c>,
/// <c>raw_size</c>, <c>raw</c> and <c>raw_encoding</c>, which is <c>utf-8</c> or <c>base64</c>, and <c>replayed</c>, a time or null.
/// </summary>
internal static class DeadLetterRowsJson
{
    /// <summary>The column of a row that says when it was replayed, NULL for never.</summary>
    public const string Replayed = "replayed_time";

    /// <summary>The column with the letter's time in milliseconds since 1970.</summary>
    public const string TimeMs = "time_ms";

    private static readonly (string Column, string Name)[] Members =
    [
        (FixedColumns.Time, "time"),
        (FixedColumns.Received, "received"),
        (FixedColumns.Partition, "partition"),
        (FixedColumns.Offset, "offset"),
        (FixedColumns.Sequence, "index"),
        (DeadLetterFields.Code, "code"),
        (DeadLetterFields.Reason, "reason"),
        (DeadLetterFields.SourceProject, "project"),
        (DeadLetterFields.SourceMetric, "metric"),
        (DeadLetterFields.Bare, "bare"),
        (DeadLetterFields.Topic, "topic"),
        (DeadLetterFields.RawSize, "raw_size"),
    ];

    /// <summary>Writes one object a row, <paramref name="limit"/> at most. Returns the place of the last one when there are more rows.</summary>
    public static DeadLetterCursor? Write(Utf8JsonWriter json, byte[] rows, int limit)
    {
        var count = 0;
        var last = default(DeadLetterCursor);
        foreach (var range in rows.AsSpan().Split((byte)'\n'))
        {
            var (start, length) = range.GetOffsetAndLength(rows.Length);
            if (length == 0)
            {
                continue;
            }

            if (count++ == limit)
            {
                return last;
            }

            using var row = JsonDocument.Parse(rows.AsMemory(start, length));
            last = WriteRow(json, row.RootElement);
        }

        return null;
    }

    private static DeadLetterCursor WriteRow(Utf8JsonWriter json, JsonElement row)
    {
        var position = new DeadLetterPosition(
            row.GetProperty(FixedColumns.Partition).GetUInt32(),
            row.GetProperty(FixedColumns.Offset).GetUInt64(),
            row.GetProperty(FixedColumns.Sequence).GetUInt32());
        json.WriteStartObject();
        json.WriteString("position"u8, position.ToString());
        foreach (var (column, name) in Members)
        {
            if (row.TryGetProperty(column, out var value) && value.ValueKind != JsonValueKind.Null)
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
        }

        if (row.TryGetProperty(DeadLetterFields.Raw, out var raw) && raw.ValueKind == JsonValueKind.String)
        {
            WriteRaw(json, raw.GetBytesFromBase64());
        }

        json.WritePropertyName("replayed"u8);
        row.GetProperty(Replayed).WriteTo(json);
        json.WriteEndObject();
        return new DeadLetterCursor(row.GetProperty(TimeMs).GetInt64(), position);
    }

    private static void WriteRaw(Utf8JsonWriter json, byte[] raw)
    {
        if (Utf8.IsValid(raw))
        {
            json.WriteString("raw"u8, raw);
            json.WriteString("raw_encoding"u8, "utf-8"u8);
            return;
        }

        json.WriteBase64String("raw"u8, raw);
        json.WriteString("raw_encoding"u8, "base64"u8);
    }
}
