using Analytics.Bench.Harness;
using Analytics.Tests.Integration;
using Analytics.Tests.Scale;

namespace Analytics.Bench.Cases;

/// <summary>Thousands of metrics through the front door, for minutes, with a kill -9 at the end, in as much memory as a container of 4 GB has. It takes a quarter of an hour, and runs once.</summary>
internal sealed class ScaleCase : ICase
{
    /// <inheritdoc />
    public string Name => "scale";

    /// <inheritdoc />
    public async Task RunAsync(CaseContext context)
    {
        var options = context.IsQuick
            ? new ScaleOptions { Projects = 50, Metrics = 500, After = TimeSpan.FromSeconds(10), FewDuration = TimeSpan.FromSeconds(10) }
            : new ScaleOptions();
        options = options with { Duration = TimeSpan.FromSeconds((double)context.EventsOf(6_000_000, 200_000) / options.PerSecond) };
        await using var silo = RunningSilo.Prepare();
        silo.Variables = ScaleOptions.Variables;
        await silo.StartAsync();
        var figures = await new ScaleRun(options, Console.Error.WriteLine).RunAsync(silo);
        Note(context.Samples, options, figures);
    }

    private static void Note(Samples samples, ScaleOptions options, ScaleFigures figures)
    {
        AtMost(samples, $"{options.Metrics} metrics created", figures.CreateSeconds, "s", null);
        AtMost(samples, "processor time under load", figures.CoresBusy, "cores", null);
        AtMost(samples, "load behind its plan at worst", figures.LateSecondsMax * 1000, "ms", null);
        AtMost(samples, "lag at worst, first third", figures.LagFirst, "events", null);
        AtMost(samples, "lag at worst, last third", figures.LagLast, "events", Math.Max(figures.LagFirst, options.PerSecond));
        AtMost(samples, "live p99", figures.LiveP99Ms, "ms", ScaleBars.LiveMs);
        AtMost(samples, "resident at worst", figures.ResidentBytesMax / 1e6, "MB", ScaleBars.ResidentBytes / 1e6);
        AtMost(samples, $"resident at worst with {Math.Min(options.FewMetrics, options.Metrics)} of them busy", figures.ResidentBytesFew / 1e6, "MB", ScaleBars.ResidentBytesFew / 1e6);
        AtMost(samples, "parts of a table at worst", figures.PartsMax, "parts", ScaleBars.Parts);
        AtMost(samples, "failed inserts", figures.InsertFailures, "inserts", 0);
        AtMost(samples, "ready after kill -9", figures.ReadySeconds, "s", ScaleBars.ReadySeconds);
        AtMost(samples, "caught up after kill -9", figures.CaughtUpSeconds, "s", ScaleBars.CaughtUpSeconds);
        AtMost(samples, "metrics with a wrong count", figures.WrongMetrics, "metrics", 0);
    }

    private static void AtMost(Samples samples, string measure, double value, string unit, double? bar)
    {
        samples.Add(measure, value, unit);
        if (bar is { } most)
        {
            samples.AtMost(measure, most);
        }
    }
}
