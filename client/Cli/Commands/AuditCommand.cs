using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;
using Analytics.Cli.Output;
using Analytics.Cli.Running;

namespace Analytics.Cli.Commands;

/// <summary><c>audit</c>: whether everything is there, asked of the running server.</summary>
internal static class AuditCommand
{
    /// <summary>Makes it.</summary>
    public static Command Create(CommandRunner runner)
    {
        var partition = new Option<int?>("--partition") { Description = "Only this partition of the log." };
        var from = Arguments.Time("--from", "Received at this time or later; also 15m, 2h, 7d ago.");
        var to = Arguments.Time("--to", "Received before this time.");
        var deep = new Option<bool>("--deep") { Description = "Also compare every field's live numbers with its table." };
        return runner.Add(new Command("audit", "Compares the log with the tables: every event must be there, once.") { partition, from, to, deep }, async context =>
        {
            var body = new Dictionary<string, object>();
            Add("partition", context.Get(partition));
            Add("from", Arguments.ReadTime("--from", context.Get(from), DateTimeOffset.UtcNow)?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
            Add("to", Arguments.ReadTime("--to", context.Get(to), DateTimeOffset.UtcNow)?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
            Add("deep", context.Get(deep) ? true : null);
            return await AskAsync(context, body);

            void Add(string name, object? value)
            {
                if (value is not null)
                {
                    body.Add(name, value);
                }
            }
        });
    }

    private static async Task<int> AskAsync(CommandContext context, Dictionary<string, object> body)
    {
        using var response = await context.Http.PostAsJsonAsync(new Uri("/v1/audit", UriKind.Relative), body, context.Cancelled);
        using var report = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(context.Cancelled));
        if (!response.IsSuccessStatusCode)
        {
            context.Say(report.RootElement.TryGetProperty("detail", out var detail) ? detail.ToString() : $"The server answered {(int)response.StatusCode}.");
            return CliExit.Refused;
        }

        var root = report.RootElement;
        var isClean = root.GetProperty("is_clean").GetBoolean();
        if (context.IsJson)
        {
            context.Print(root.GetRawText());
        }
        else
        {
            Print(context, root, isClean);
        }

        return isClean ? CliExit.Done : CliExit.Partly;
    }

    private static void Print(CommandContext context, JsonElement report, bool isClean)
    {
        context.Print($"{(isClean ? "Everything is there, once" : "Something is wrong")}: {Numbers.Of(report.GetProperty("events").GetInt64())} events and {Numbers.Of(report.GetProperty("dead_letters").GetInt64())} dead letters, in {report.GetProperty("elapsed_ms").GetInt64() / 1000.0:0.0} s");
        var grid = new Grid("metric", "live", "table", "drift");
        foreach (var metric in report.GetProperty("metrics").EnumerateArray())
        {
            grid.Row($"{metric.GetProperty("project")}/{metric.GetProperty("metric")}", Cell(metric, "live_total"), Cell(metric, "table_rows"), Cell(metric, "drift"));
        }

        grid.Print(context.Terminal);
        foreach (var fault in report.GetProperty("faults").EnumerateArray())
        {
            context.Print($"{fault.GetProperty("kind")} at {fault.GetProperty("partition")}:{fault.GetProperty("offset")}:{fault.GetProperty("seq")}: {fault.GetProperty("detail")}");
        }
    }

    private static string Cell(JsonElement metric, string name) => metric.TryGetProperty(name, out var value) ? Numbers.Of(value) : string.Empty;
}
