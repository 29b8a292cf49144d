using System.CommandLine;
using System.Diagnostics;
using Analytics.Cli.Loading;
using Analytics.Cli.Output;
using Analytics.Cli.Running;

namespace Analytics.Cli.Commands;

/// <summary><c>load</c>: made-up events at a rate.</summary>
internal static class LoadCommand
{
    private const int SecondsDefault = 10;

    /// <summary>Makes it.</summary>
    public static Command Create(CommandRunner runner)
    {
        var project = new Option<string>("--project") { Description = "The project; with more than one, the beginning of their names.", DefaultValueFactory = _ => "load" };
        var projects = new Option<int>("--projects") { Description = "How many projects, 1-1,000.", DefaultValueFactory = _ => 1 };
        var metrics = new Option<int>("--metrics") { Description = "How many metrics each, 1-20,000.", DefaultValueFactory = _ => 1 };
        var cardinality = new Option<int>("--cardinality") { Description = "How many different users, 1-100,000,000.", DefaultValueFactory = _ => 1000 };
        var rate = new Option<int>("--rate") { Description = "Events a second; as fast as possible with 0.", DefaultValueFactory = _ => 1000 };
        var events = new Option<long?>("--events") { Description = "How many events." };
        var seconds = new Option<int>("--seconds") { Description = "For how long, where --events is not given.", DefaultValueFactory = _ => SecondsDefault };
        var batch = new Option<int>("--batch") { Description = "Events of a request, 1-10,000; fewer where the rate is low.", DefaultValueFactory = _ => 1000 };
        var connections = new Option<int>("--connections") { Description = "Requests at a time, 1-64.", DefaultValueFactory = _ => 4 };
        var seed = new Option<int>("--seed") { Description = "The same seed makes the same events.", DefaultValueFactory = _ => 1 };
        return runner.Add(
            new Command("load", "Sends made-up events at a rate: purchases with amount, user, country and ok.")
            {
                project, projects, metrics, cardinality, rate, events, seconds, batch, connections, seed,
            },
            context =>
            {
                var plan = new LoadPlan
                {
                    Project = context.Get(project)!,
                    Projects = Between(projects, context.Get(projects), 1, 1000),
                    Metrics = Between(metrics, context.Get(metrics), 1, 20_000),
                    Cardinality = Between(cardinality, context.Get(cardinality), 1, 100_000_000),
                    Rate = Between(rate, context.Get(rate), 0, 10_000_000),
                    EventsMax = context.Get(events),
                    Time = TimeSpan.FromSeconds(Between(seconds, context.Get(seconds), 1, 1_000_000)),
                    Batch = Between(batch, context.Get(batch), 1, 10_000),
                    Connections = Between(connections, context.Get(connections), 1, 64),
                    Seed = context.Get(seed),
                };
                return RunAsync(context, plan);
            });
    }

    private static async Task<int> RunAsync(CommandContext context, LoadPlan plan)
    {
        var generator = new LoadGenerator(context.Client, plan);
        var clock = Stopwatch.StartNew();
        try
        {
            await ProgressBar.RunAsync(context, "Sending", plan.EventsExpected, () => generator.Accepted + generator.Rejected, generator.RunAsync(context.Cancelled));
        }
        finally
        {
            Print(context, generator, clock.Elapsed);
        }

        return generator.Rejected == 0 ? CliExit.Done : CliExit.Partly;
    }

    private static void Print(CommandContext context, LoadGenerator generator, TimeSpan elapsed)
    {
        var perSecond = (long)(generator.Accepted / Math.Max(elapsed.TotalSeconds, 0.001));
        if (context.IsJson)
        {
            context.PrintJson(new { generator.Accepted, generator.Rejected, generator.Retries, Seconds = Math.Round(elapsed.TotalSeconds, 3), PerSecond = perSecond });
        }
        else
        {
            context.Print($"{Numbers.Of(generator.Accepted)} events accepted, {Numbers.Of(generator.Rejected)} rejected, {Numbers.Of(generator.Retries)} requests repeated, in {Numbers.Of(elapsed.TotalSeconds)} s: {Numbers.Of(perSecond)}/s");
        }
    }

    private static int Between(Option<int> option, int value, int min, int max) =>
        value >= min && value <= max ? value : throw new CliException($"{option.Name} is {value}: it must be {Numbers.Of(min)} to {Numbers.Of(max)}.");
}
