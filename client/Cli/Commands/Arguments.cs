using System.CommandLine;
using System.CommandLine.Completions;
using Analytics.Cli.Running;
using Analytics.Client;

namespace Analytics.Cli.Commands;

/// <summary>Arguments that several commands take; names are completed by asking the server.</summary>
internal static class Arguments
{
    // Nobody waits longer for a key press.
    private static readonly TimeSpan CompletionTimeMax = TimeSpan.FromSeconds(1);

    /// <summary>The project.</summary>
    public static Argument<string> Project()
    {
        var argument = new Argument<string>("project") { Description = "The project, [a-z][a-z0-9_]{0,62}." };
        argument.CompletionSources.Add(context => Ask(context, client => client.ListProjectsAsync()));
        return argument;
    }

    /// <summary>The metric, of the project before it.</summary>
    public static Argument<string> Metric(Argument<string> project)
    {
        var argument = new Argument<string>("metric") { Description = "The metric." };
        argument.CompletionSources.Add(context => context.ParseResult.GetValue(project) is { Length: > 0 } name
            ? Ask(context, client => client.ListMetricsAsync(name))
            : []);
        return argument;
    }

    /// <summary>An ISO 8601 time, or how long ago: <c>15m</c>, <c>2h</c>, <c>7d</c>.</summary>
    public static Option<string?> Time(string name, string description) => new(name) { Description = description, HelpName = "time" };

    /// <summary>Reads such a time.</summary>
    /// <exception cref="CliException">It is neither.</exception>
    public static DateTimeOffset? ReadTime(string name, string? text, DateTimeOffset now)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Length > 1 && text[^1] is 's' or 'm' or 'h' or 'd' && int.TryParse(text.AsSpan(0, text.Length - 1), System.Globalization.CultureInfo.InvariantCulture, out var count) && count >= 0)
        {
            return now - (text[^1] switch
            {
                's' => TimeSpan.FromSeconds(count),
                'm' => TimeSpan.FromMinutes(count),
                'h' => TimeSpan.FromHours(count),
                _ => TimeSpan.FromDays(count),
            });
        }

        return DateTimeOffset.TryParse(
            text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new CliException($"{name} is '{text}': it must be a time such as 2026-11-20T10:00:00Z, or how long ago, such as 15m, 2h or 7d.");
    }

    private static IEnumerable<CompletionItem> Ask(CompletionContext context, Func<AnalyticsClient, Task<IReadOnlyList<string>>> ask)
    {
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri(context.ParseResult.GetValue(CommandRunner.ServerOption)!), Timeout = CompletionTimeMax };
            using var client = new AnalyticsClient(http);
            return [.. ask(client).GetAwaiter().GetResult().Select(name => new CompletionItem(name))];
        }
        catch (Exception)
        {
            // Without a server there is nothing to complete, and a prompt is no place to say so.
            return [];
        }
    }
}
