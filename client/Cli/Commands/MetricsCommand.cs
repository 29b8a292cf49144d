using System.CommandLine;
using Analytics.Cli.Output;
using Analytics.Cli.Running;
using Analytics.Client;

namespace Analytics.Cli.Commands;

/// <summary><c>metrics</c>: what there is.</summary>
internal static class MetricsCommand
{
    // As many answers are under way: a server has two cores or more, and others ask too.
    private const int RequestsMax = 8;

    /// <summary>Makes it.</summary>
    public static Command Create(CommandRunner runner)
    {
        var project = Arguments.Project();
        project.Arity = ArgumentArity.ZeroOrOne;
        var names = new Option<bool>("--names") { Description = "Only the names, at once also where there are thousands." };
        return runner.Add(
            new Command("metrics", "Lists metrics with their totals and rates.") { project, names },
            context => ListAsync(context, context.Get(project), context.Get(names)));
    }

    private static async Task<int> ListAsync(CommandContext context, string? only, bool isNames)
    {
        var projects = only is { Length: > 0 } ? [only] : await context.Client.ListProjectsAsync(context.Cancelled);
        var all = new List<(string Project, string Metric)>();
        foreach (var project in projects)
        {
            all.AddRange((await context.Client.ListMetricsAsync(project, context.Cancelled)).Select(metric => (project, metric)));
        }

        if (isNames)
        {
            if (context.IsJson)
            {
                context.PrintJson(all.Select(one => new { one.Project, one.Metric }));
            }
            else
            {
                all.ForEach(one => context.Print($"{one.Project}\t{one.Metric}"));
            }

            return CliExit.Done;
        }

        var states = new MetricState?[all.Count];
        await Parallel.ForAsync(0, all.Count, new ParallelOptions { MaxDegreeOfParallelism = RequestsMax, CancellationToken = context.Cancelled }, async (i, cancelled) =>
            states[i] = await context.Client.GetMetricAsync(all[i].Project, all[i].Metric, cancelled));
        Print(context, states.OfType<MetricState>());
        return CliExit.Done;
    }

    private static void Print(CommandContext context, IEnumerable<MetricState> states)
    {
        if (context.IsJson)
        {
            context.PrintJson(states.Select(state => new { state.Project, state.Metric, state.Total, state.Rate, state.Duplicates, state.Late, state.Last, state.Durable.Drift, Fields = state.Fields.Count }));
            return;
        }

        var grid = new Grid("project", "metric", "total", "per second", "per minute", "fields", "last event");
        foreach (var state in states)
        {
            grid.Row(
                state.Project, state.Metric, Numbers.Of(state.Total), Numbers.Of(state.Rate.Second), Numbers.Of(state.Rate.Minute), Numbers.Of(state.Fields.Count),
                Numbers.Of(state.Last));
        }

        grid.Print(context.Terminal);
    }
}
