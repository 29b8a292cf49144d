// Goal: thousands of metrics, each with its actor and its table, stand a steady load, a kill -9 and a restart: nothing is lost, nothing piles up.
using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.Scale;

[Collection(AloneCollection.Name)]
public sealed class ScaleTests(ITestOutputHelper output)
{
    [Fact]
    public Task Hundreds_of_metrics_are_loaded_killed_and_caught_up_with() => RunAsync(
        new ScaleOptions { Projects = 40, Metrics = 300, PerSecond = 3000, Duration = TimeSpan.FromSeconds(10), After = TimeSpan.FromSeconds(3), FewDuration = TimeSpan.FromSeconds(3) });

    [Fact(Explicit = true)]
    public Task Thirteen_thousand_metrics_are_loaded_killed_and_caught_up_with() => RunAsync(new ScaleOptions());

    private async Task RunAsync(ScaleOptions options)
    {
        await using var silo = RunningSilo.Prepare();
        silo.Variables = ScaleOptions.Variables;
        await silo.StartAsync();
        var figures = await new ScaleRun(options, output.WriteLine).RunAsync(silo);
        output.WriteLine(figures.ToString());
        Assert.Equal(0, figures.WrongMetrics);
        Assert.Equal(0, figures.InsertFailures);
        Assert.True(figures.LagLast <= Math.Max(figures.LagFirst, options.PerSecond), $"The lag grows: {figures}");
        Assert.InRange(figures.LiveP99Ms, 0, ScaleBars.LiveMs);
        Assert.InRange(figures.PartsMax, 1, ScaleBars.Parts);
        Assert.InRange(figures.ResidentBytesMax, 1, ScaleBars.ResidentBytes);
        Assert.InRange(figures.ResidentBytesFew, 1, ScaleBars.ResidentBytesFew);
        Assert.InRange(figures.ReadySeconds, 0, ScaleBars.ReadySeconds);
        Assert.InRange(figures.CaughtUpSeconds, figures.ReadySeconds, ScaleBars.CaughtUpSeconds);
    }
}
