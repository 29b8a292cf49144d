using System.Text.Json;
using System.Text.Json.Serialization;

namespace Analytics.Client;

/// <summary>An aggregate as the server writes it: <c>{"sum":"amount"}</c> or <c>{"count":true}</c>.</summary>
internal sealed class ViewAggregateConverter : JsonConverter<ViewAggregate>
{
    /// <inheritdoc />
    public override ViewAggregate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var pair = JsonElement.ParseValue(ref reader);
        foreach (var member in pair.ValueKind == JsonValueKind.Object ? pair.EnumerateObject() : default)
        {
            return new ViewAggregate(member.Name, member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : null);
        }

        throw new JsonException("An aggregate is an object of one member.");
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, ViewAggregate value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value.Field is null)
        {
            writer.WriteBoolean(value.Kind, true);
        }
        else
        {
            writer.WriteString(value.Kind, value.Field);
        }

        writer.WriteEndObject();
    }
}
