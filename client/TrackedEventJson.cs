using System.Text.Json;

namespace Analytics.Client;

/// <summary>An event as the server reads it.</summary>
internal static class TrackedEventJson
{
    /// <summary>Writes one object, and all of it to the writer's output.</summary>
    /// <param name="writer">Starts over with this object.</param>
    /// <param name="tracked">The event.</param>
    public static void Write(Utf8JsonWriter writer, TrackedEvent tracked)
    {
        writer.Reset();
        writer.WriteStartObject();
        writer.WriteString("project"u8, tracked.Project);
        writer.WriteString("metric"u8, tracked.Metric);
        if (tracked.Time is { } time)
        {
            writer.WriteNumber("time"u8, time.ToUnixTimeMilliseconds());
        }

        if (tracked.Id is { } id)
        {
            writer.WriteString("id"u8, id);
        }

        writer.WritePropertyName("fields"u8);
        if (tracked.Fields is RawFields raw)
        {
            writer.WriteRawValue(raw.Json.Span, skipInputValidation: true);
        }
        else
        {
            JsonSerializer.Serialize(writer, tracked.Fields, tracked.Fields.GetType());
        }

        writer.WriteEndObject();
        writer.Flush();
    }
}
