using System.CommandLine;
using Analytics.Cli.Output;
using Analytics.Cli.Running;
using Analytics.Client;

namespace Analytics.Cli.Commands;

/// <summary><c>show</c>: a metric's live numbers, redrawn as they change.</summary>
internal static class ShowCommand
{
    /// <summary>Makes it.</summary>
    public static Command Create(CommandRunner runner)
    {
        var project = Arguments.Project();
        var metric = Arguments.Metric(project);
        var once = new Option<bool>("--once") { Description = "The numbers as of now; what a pipe gets anyway." };
        var follow = new Option<bool>("--follow") { Description = "Every change, also into a pipe: one line each." };
        return runner.Add(
            new Command("show", "Shows a metric's live numbers, redrawn as they change, until Ctrl+C.") { project, metric, once, follow },
            context => !context.Get(once) && (context.IsLive || context.Get(follow))
                ? LiveDrawing.RunAsync(
                    context, context.Client.WatchAsync(context.Get(project), context.Get(metric), context.Cancelled), MetricDrawing.Draw, state => PrintLine(context, state))
                : OnceAsync(context, context.Get(project), context.Get(metric)));
    }

    private static async Task<int> OnceAsync(CommandContext context, string project, string metric)
    {
        if (await context.Client.GetMetricAsync(project, metric, context.Cancelled) is not { } state)
        {
            context.Say($"No metric '{metric}' of project '{project}' has had an event.");
            return CliExit.Partly;
        }

        if (context.IsJson)
        {
            context.PrintJson(state);
        }
        else if (context.Terminal.IsInteractive)
        {
            context.Console.Write(MetricDrawing.Draw(state));
        }
        else
        {
            PrintLine(context, state);
            MetricDrawing.Fields(state).Print(context.Terminal);
        }

        return CliExit.Done;
    }

    private static void PrintLine(CommandContext context, MetricState state)
    {
        if (context.IsJson)
        {
            context.PrintJson(state);
        }
        else
        {
            context.Print($"total {Numbers.Of(state.Total)}\t{Numbers.Of(state.Rate.Second)}/s\t{Numbers.Of(state.Rate.Minute)}/min\tduplicates {Numbers.Of(state.Duplicates)}\tlate {Numbers.Of(state.Late)}\tlast {Numbers.Of(state.Last)}");
        }
    }
}
