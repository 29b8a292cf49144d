using System.Text.Json;
using System.Text.Unicode;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Columns;

namespace Analytics.Silo.Http.Read;

/// <summary>
/// Turns rows of the dead-letter table (JSONEachRow, raw bytes in base64) into objects: <c>time</c>, <c>position</c>, <c>code</c>, <c>reason</c>,
/// <c>project</c>, <c>metric</c>, <c>raw_size</c>, <c>raw</c> and <c>raw_encoding</c>, which is <c>utf-8</c> or <c>base64</c>.
/// </summary>
internal static class DeadLetterRowsJson
{
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
        (DeadLetterFields.RawSize, "raw_size"),
    ];

    /// <summary>Writes one object a row.</summary>
    public static void Write(Utf8JsonWriter json, byte[] rows)
    {
        foreach (var range in rows.AsSpan().Split((byte)'\n'))
        {
            var (start, length) = range.GetOffsetAndLength(rows.Length);
            if (length > 0)
            {
                using var row = JsonDocument.Parse(rows.AsMemory(start, length));
                WriteRow(json, row.RootElement);
            }
        }
    }

    private static void WriteRow(Utf8JsonWriter json, JsonElement row)
    {
        json.WriteStartObject();
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

        json.WriteEndObject();
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
