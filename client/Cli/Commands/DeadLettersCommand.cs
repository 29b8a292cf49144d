using System.CommandLine;
using Analytics.Cli.Output;
using Analytics.Cli.Running;
using Analytics.Client;

namespace Analytics.Cli.Commands;

/// <summary><c>dead-letters list|replay</c>.</summary>
internal static class DeadLettersCommand
{
    private const int RawShownMax = 100;

    /// <summary>Makes it.</summary>
    public static Command Create(CommandRunner runner) => new("dead-letters", "Inputs that could not become events.") { List(runner), Replay(runner) };

    private static Command List(CommandRunner runner)
    {
        var filter = new LetterOptions();
        var limit = new Option<int>("--limit", "-n") { Description = "Letters at most, 1-1,000.", DefaultValueFactory = _ => 100 };
        var replayed = new Option<bool?>("--replayed") { Description = "true: only replayed ones; false: only others." };
        var command = new Command("list", "Lists dead letters, newest first.") { limit, replayed };
        filter.AddTo(command);
        return runner.Add(command, async context =>
        {
            var page = await context.Client.DeadLettersAsync(
                new DeadLetterFilter
                {
                    Limit = context.Get(limit),
                    Replayed = context.Get(replayed),
                    Code = context.Get(filter.Code),
                    Project = context.Get(filter.Project),
                    Metric = context.Get(filter.Metric),
                    From = Arguments.ReadTime("--from", context.Get(filter.From), DateTimeOffset.UtcNow),
                    To = Arguments.ReadTime("--to", context.Get(filter.To), DateTimeOffset.UtcNow),
                },
                context.Cancelled);
            if (context.IsJson)
            {
                context.PrintJson(page.DeadLetters.Select(letter => new
                {
                    letter.Position,
                    letter.Time,
                    letter.Code,
                    letter.Reason,
                    letter.Project,
                    letter.Metric,
                    letter.RawSize,
                    Raw = letter.RawText,
                    letter.Replayed,
                }));
                return CliExit.Done;
            }

            var grid = new Grid("position", "time", "code", "project", "metric", "replayed", "input");
            foreach (var letter in page.DeadLetters)
            {
                var raw = letter.RawText.Length <= RawShownMax ? letter.RawText : letter.RawText[..RawShownMax] + "…";
                grid.Row(letter.Position, Numbers.Of(letter.Time), letter.Code, letter.Project ?? string.Empty, letter.Metric ?? string.Empty, Numbers.Of(letter.Replayed), raw);
            }

            grid.Print(context.Terminal);
            return CliExit.Done;
        });
    }

    private static Command Replay(CommandRunner runner)
    {
        var filter = new LetterOptions();
        var all = new Option<bool>("--all") { Description = "Every letter." };
        var positions = new Option<string[]>("--position") { Description = "Only these, partition:offset:index; once for each." };
        var again = new Option<bool>("--again") { Description = "Also those that were replayed before." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would become of them." };
        var command = new Command("replay", "Makes events of dead letters that are events now, each exactly once.") { all, positions, again, dryRun };
        filter.AddTo(command);
        return runner.Add(command, context => ReplayAsync(context, new DeadLetterReplay
        {
            All = context.Get(all) ? true : null,
            Positions = context.Get(positions) is { Length: > 0 } some ? some : null,
            Again = context.Get(again) ? true : null,
            DryRun = context.Get(dryRun) ? true : null,
            Code = context.Get(filter.Code),
            Project = context.Get(filter.Project),
            Metric = context.Get(filter.Metric),
            From = Arguments.ReadTime("--from", context.Get(filter.From), DateTimeOffset.UtcNow),
            To = Arguments.ReadTime("--to", context.Get(filter.To), DateTimeOffset.UtcNow),
        }));
    }

    private static async Task<int> ReplayAsync(CommandContext context, DeadLetterReplay replay)
    {
        var sum = new DeadLetterReplayResult(0, 0, [], 0, 0, 0, null);
        string? next = null;
        do
        {
            var page = await context.Client.ReplayDeadLettersAsync(replay with { After = next }, context.Cancelled);
            next = page.Next;
            sum = new DeadLetterReplayResult(
                sum.Matched + page.Matched, sum.Replayed + page.Replayed, [.. sum.StillRefused.Concat(page.StillRefused).Take(100)],
                sum.StillRefusedCount + page.StillRefusedCount, sum.Truncated + page.Truncated, sum.Already + page.Already, null);
        }
        while (next is not null);
        if (context.IsJson)
        {
            context.PrintJson(sum);
        }
        else
        {
            context.Print($"{sum.Matched} letters: {sum.Replayed} {(replay.DryRun == true ? "would be replayed" : "replayed")}, {sum.StillRefusedCount} still refused, {sum.Truncated} cut, {sum.Already} replayed before");
            foreach (var letter in sum.StillRefused)
            {
                context.Say($"{letter.Position}: {letter.Message} ({letter.Code})");
            }
        }

        return sum.StillRefusedCount + sum.Truncated == 0 ? CliExit.Done : CliExit.Partly;
    }
}
