using System.Text.Json;
using System.Text.Json.Serialization;

namespace Analytics.Client;

/// <summary>One interval of a series.</summary>
/// <param name="Time">Its begin, UTC.</param>
/// <param name="Value">A number, a time as text for the smallest or largest time, or null.</param>
[JsonConverter(typeof(SeriesPointConverter))]
public readonly record struct SeriesPoint(DateTimeOffset Time, JsonElement Value)
{
    /// <summary>The value as a number; <see langword="null"/> when it is none.</summary>
    public double? Number => Value.ValueKind == JsonValueKind.Number ? Value.GetDouble() : null;
}
