using System.Text.Json;

namespace Analytics.Tests.Simulation;

/// <summary>An event as the log has it, read without any of the product's code.</summary>
/// <param name="Key">Project and metric.</param>
/// <param name="Position">Where it is.</param>
/// <param name="Id">Its id, empty without one.</param>
/// <param name="TimeMs">Its time.</param>
/// <param name="Fields">Its fields.</param>
internal sealed record SimEvent(string Key, (int Partition, long Offset, int Sequence) Position, string Id, long TimeMs, Dictionary<string, JsonElement> Fields)
{
    /// <summary>Every event of the log, and the offsets of what is no event.</summary>
    public static (List<SimEvent> Events, List<(int Partition, long Offset)> Broken) ReadAll(SimLog log)
    {
        var events = new List<SimEvent>();
        var broken = new List<(int, long)>();
        foreach (var partition in log.Partitions)
        {
            // Refused rows come back into the log in a form of their own.
            foreach (var entry in log.Entries(partition).Where(entry => entry.Record.Value.Span[0] != 1))
            {
                try
                {
                    var sequence = 0;
                    events.AddRange(Split(entry.Record.Value).Select(json => Of(json, (partition, entry.Offset, sequence++), entry.Record.TimestampMs)).ToList());
                }
                catch (Exception e) when (e is JsonException or InvalidOperationException)
                {
                    broken.Add((partition, entry.Offset));
                }
            }
        }

        return (events, broken);
    }

    private static IEnumerable<JsonElement> Split(ReadOnlyMemory<byte> message)
    {
        var text = System.Text.Encoding.UTF8.GetString(message.Span);
        return text.StartsWith('[') ? JsonDocument.Parse(text).RootElement.EnumerateArray() : text.Split('\n').Select(line => JsonDocument.Parse(line).RootElement);
    }

    private static SimEvent Of(JsonElement json, (int Partition, long Offset, int Sequence) position, long receivedMs) => new(
        $"{json.GetProperty("project")}/{json.GetProperty("metric")}",
        position,
        json.TryGetProperty("id", out var id) ? id.GetString()! : string.Empty,
        json.TryGetProperty("time", out var time) ? time.GetInt64() : receivedMs,
        json.GetProperty("fields").EnumerateObject().ToDictionary(field => field.Name, field => field.Value));
}
