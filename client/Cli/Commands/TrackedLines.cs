using System.Text;
using System.Text.Json;
using Analytics.Cli.Running;
using Analytics.Client;

namespace Analytics.Cli.Commands;

/// <summary>Events from standard input as they come, one object of fields a line; <c>_id</c> and <c>_time</c> are the event's own.</summary>
internal static class TrackedLines
{
    // The reader waits for the server then: a pipe holds back whoever writes to it.
    private const int WaitingMax = 20_000;

    // More are counted, not told.
    private const int ComplaintsMax = 10;

    /// <summary>Sends them until the input ends. A server that is away is waited for.</summary>
    public static async Task<int> SendAsync(CommandContext context, string project, string metric)
    {
        var wrong = 0;
        var number = 0L;
        using var lines = new StreamReader(context.Terminal.Input, Encoding.UTF8);
        while (await lines.ReadLineAsync(context.Cancelled) is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            if (Read(project, metric, line) is not { } tracked)
            {
                if (++wrong <= ComplaintsMax)
                {
                    context.Say($"Line {number} is no JSON object.");
                }

                continue;
            }

            if (context.Client.Counts.Waiting >= WaitingMax)
            {
                await context.Client.FlushAsync(context.Cancelled);
            }

            context.Client.Track(tracked);
        }

        await context.Client.FlushAsync(context.Cancelled);
        var counts = context.Client.Counts;
        if (context.IsJson)
        {
            context.PrintJson(new { counts.Accepted, Rejected = counts.Rejected + wrong, counts.Lost, counts.LastError });
        }
        else
        {
            context.Print($"{counts.Accepted} events accepted, {counts.Rejected + wrong} rejected");
            if (counts.LastError is { } error && counts.Refused > 0)
            {
                context.Say($"{counts.Refused} were refused, the last one: {error}");
            }
        }

        return counts.Refused + wrong == 0 ? CliExit.Done : CliExit.Partly;
    }

    private static TrackedEvent? Read(string project, string metric, string line)
    {
        try
        {
            var fields = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(line)!;
            string? id = fields.Remove("_id", out var idValue) ? idValue.ToString() : null;
            DateTimeOffset? time = !fields.Remove("_time", out var timeValue) ? null
                : timeValue.ValueKind == JsonValueKind.Number ? DateTimeOffset.FromUnixTimeMilliseconds(timeValue.GetInt64())
                : timeValue.GetDateTimeOffset();
            return new TrackedEvent(project, metric, fields) { Id = id, Time = time };
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or NullReferenceException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }
}
