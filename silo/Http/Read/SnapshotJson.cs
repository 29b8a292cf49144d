using System.Globalization;
using System.Text.Json;
using Analytics.GrainInterfaces.Live;

namespace Analytics.Silo.Http.Read;

/// <summary>A metric's live state as JSON. What is not known is left out.</summary>
internal static class SnapshotJson
{
    /// <summary>Writes the object.</summary>
    public static void Write(Utf8JsonWriter json, MetricSnapshot snapshot) => Write(json, snapshot, snapshot.Fields);

    /// <summary>Writes the object with some of its fields.</summary>
    public static void Write(Utf8JsonWriter json, MetricSnapshot snapshot, IReadOnlyList<FieldSnapshot> fields)
    {
        json.WriteStartObject();
        json.WriteString("project"u8, snapshot.Project);
        json.WriteString("metric"u8, snapshot.Metric);
        json.WriteNumber("total"u8, snapshot.Total);
        json.WriteNumber("duplicates"u8, snapshot.Duplicates);
        json.WriteNumber("late"u8, snapshot.Late);
        WriteTime(json, "first"u8, snapshot.FirstMs);
        WriteTime(json, "last"u8, snapshot.LastMs);
        json.WriteStartObject("rate"u8);
        json.WriteNumber("second"u8, snapshot.RateSecond);
        json.WriteNumber("minute"u8, snapshot.RateMinute);
        json.WriteEndObject();
        json.WriteStartObject("durable"u8);
        json.WriteNumber("rows"u8, snapshot.DurableRows);
        json.WriteStartObject("positions"u8);
        foreach (var position in snapshot.DurablePositions)
        {
            json.WriteNumber(position.Partition.ToString(CultureInfo.InvariantCulture), position.Offset);
        }

        json.WriteEndObject();
        json.WriteNumber("drift"u8, snapshot.Drift);
        json.WriteEndObject();
        json.WriteNumber("freshness_ms"u8, snapshot.FreshnessMs);
        json.WriteStartObject("fields"u8);
        foreach (var field in fields)
        {
            WriteField(json, field);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteField(Utf8JsonWriter json, FieldSnapshot field)
    {
        json.WriteStartObject(field.Name);
        json.WriteString("type"u8, field.Type);
        json.WriteNumber("count"u8, field.Count);
        json.WriteNumber("null"u8, field.Null);
        json.WriteNumber("conflicts"u8, field.Conflicts);
        WriteScalar(json, "min"u8, field.Min);
        WriteScalar(json, "max"u8, field.Max);
        WriteScalar(json, "sum"u8, field.Sum);
        WriteScalar(json, "avg"u8, field.Avg);
        WriteScalar(json, "p50"u8, field.P50);
        WriteScalar(json, "p90"u8, field.P90);
        WriteScalar(json, "p99"u8, field.P99);
        if (field.Unique is { } unique)
        {
            json.WriteNumber("unique"u8, unique);
        }

        if (field.Top is { } top)
        {
            json.WriteStartArray("top"u8);
            foreach (var one in top)
            {
                json.WriteStartObject();
                json.WriteString("value"u8, one.Value);
                json.WriteNumber("count"u8, one.Count);
                if (one.Error is { } error)
                {
                    json.WriteNumber("error"u8, error);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? unixMs)
    {
        if (unixMs is { } ms)
        {
            json.WriteString(name, TimeText.Of(ms));
        }
    }

    // The text is JSON already, and exact: an integer sum may be larger than any number type.
    private static void WriteScalar(Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonScalar? scalar)
    {
        if (scalar is { Text: var text })
        {
            json.WritePropertyName(name);
            json.WriteRawValue(text, skipInputValidation: true);
        }
    }
}
