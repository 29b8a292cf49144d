using System.Text.Json;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary>
/// Writes <c>"matched","replayed","still_refused":[{"position","code","message"}],"still_refused_count","truncated","already","next"</c>.
/// </summary>
internal static class ReplayResultJson
{
    /// <summary>Writes the members into an object that is open.</summary>
    public static void WriteMembers(Utf8JsonWriter json, ReplayResult result)
    {
        json.WriteNumber("matched"u8, result.Matched);
        json.WriteNumber("replayed"u8, result.Replayed);
        json.WriteStartArray("still_refused"u8);
        foreach (var (position, error) in result.StillRefused)
        {
            json.WriteStartObject();
            json.WriteString("position"u8, position.ToString());
            json.WriteString("code"u8, error.Code);
            json.WriteString("message"u8, error.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("still_refused_count"u8, result.StillRefusedCount);
        json.WriteNumber("truncated"u8, result.Truncated);
        json.WriteNumber("already"u8, result.Already);
        json.WriteString("next"u8, result.Next?.ToString());
    }
}
