using System.Text.Json;
using System.Text.Json.Serialization;

namespace Analytics.Client;

/// <summary>A point as the server writes it: <c>["2026-11-20T08:00:00.000Z",1284.5]</c>.</summary>
internal sealed class SeriesPointConverter : JsonConverter<SeriesPoint>
{
    /// <inheritdoc />
    public override SeriesPoint Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var pair = JsonElement.ParseValue(ref reader);
        return pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2
            ? new SeriesPoint(pair[0].GetDateTimeOffset(), pair[1])
            : throw new JsonException("A point of a series is an array of a time and a value.");
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, SeriesPoint value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(value.Time);
        value.Value.WriteTo(writer);
        writer.WriteEndArray();
    }
}
