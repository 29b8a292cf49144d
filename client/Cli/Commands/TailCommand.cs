using System.CommandLine;
using System.Text.Json;
using Analytics.Cli.Running;

namespace Analytics.Cli.Commands;

/// <summary><c>tail</c>: a metric's latest events, and those to come.</summary>
internal static class TailCommand
{
    private const int CountDefault = 10;

    // What the server gives at once; when more came since the last look, some are skipped and it is said.
    private const int CountMax = 1000;

    // Each look writes the newest rows to the table first: no more often than this, however busy the metric is.
    private static readonly TimeSpan LookAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>Makes it.</summary>
    public static Command Create(CommandRunner runner)
    {
        var project = Arguments.Project();
        var metric = Arguments.Metric(project);
        var count = new Option<int>("--lines", "-n") { Description = $"How many, 1-{CountMax}.", DefaultValueFactory = _ => CountDefault };
        var follow = new Option<bool>("--follow", "-f") { Description = "And those to come, until Ctrl+C." };
        return runner.Add(
            new Command("tail", "Prints a metric's latest events, oldest first, one JSON object a line.") { project, metric, count, follow },
            context => TailAsync(context, context.Get(project), context.Get(metric), context.Get(count), context.Get(follow)));
    }

    private static async Task<int> TailAsync(CommandContext context, string project, string metric, int count, bool isFollowing)
    {
        if (count is < 1 or > CountMax)
        {
            throw new CliException($"--lines is {count}: it must be 1 to {CountMax}.");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        Print(context, await context.Client.GetEventsAsync(project, metric, count, context.Cancelled), seen, isFirst: true);
        if (!isFollowing)
        {
            return CliExit.Done;
        }

        try
        {
            await foreach (var _ in context.Client.WatchAsync(project, metric, context.Cancelled))
            {
                Print(context, await context.Client.GetEventsAsync(project, metric, CountMax, context.Cancelled), seen, isFirst: false);
                await Task.Delay(LookAfter, context.Cancelled);
            }
        }
        catch (OperationCanceledException) when (context.Cancelled.IsCancellationRequested)
        {
            // The person has seen enough.
        }

        return CliExit.Done;
    }

    private static void Print(CommandContext context, IReadOnlyList<JsonElement> events, HashSet<string> seen, bool isFirst)
    {
        var fresh = events.TakeWhile(one => isFirst || !seen.Contains(PositionOf(one))).Reverse().ToArray();
        if (!isFirst && fresh.Length == CountMax)
        {
            context.Say($"More than {CountMax} events came at once; the latest follow.");
        }

        // The newest ones are enough to know where the next look begins; times may repeat, so it is not only one.
        foreach (var one in fresh)
        {
            context.Print(one.GetRawText());
        }

        seen.UnionWith(events.Select(PositionOf));
        if (seen.Count > CountMax * 10)
        {
            seen.Clear();
            seen.UnionWith(events.Select(PositionOf));
        }
    }

    private static string PositionOf(JsonElement one) => one.GetProperty("position").GetRawText();
}
