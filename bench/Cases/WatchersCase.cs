using System.Text;
using Analytics.Bench.Harness;
using Analytics.Bench.Measuring;
using Analytics.Tests.Integration;

namespace Analytics.Bench.Cases;

/// <summary>
/// 2,000 watch one metric by server-sent events while it changes ten times a second: what of a core the silo uses, taking the events included. The watchers are connections of this process that
/// read and count; each must have seen nearly every change.
/// </summary>
internal sealed class WatchersCase : ICase
{
    private const int Watchers = 2_000;
    private const int ChangesPerSecond = 10;
    private const double BarCores = 0.5;
    private const double SeenMin = 0.8;
    private const string Metric = "/v1/projects/shop/metrics/purchase";

    /// <inheritdoc />
    public string Name => "watchers";

    /// <inheritdoc />
    public async Task RunAsync(CaseContext context)
    {
        for (var run = 0; run < context.Runs; run++)
        {
            await using var silo = await RunningSilo.StartNewAsync();
            await silo.PostEventsAsync(Body(0));
            await silo.GetAsync(Metric);
            var counters = new WatchCounter[Watchers];
            try
            {
                for (var i = 0; i < Watchers; i++)
                {
                    counters[i] = await WatchCounter.OpenAsync(silo.Http.BaseAddress!, Metric + "/watch");
                }

                await MeasureAsync(context, silo, counters);
            }
            finally
            {
                Array.ForEach(counters, static counter => counter?.Dispose());
            }
        }

        context.Samples.AtMost("2,000 watchers, 10 changes/s: silo", BarCores);
    }

    private static async Task MeasureAsync(CaseContext context, RunningSilo silo, WatchCounter[] counters)
    {
        using var stopping = new CancellationTokenSource();
        var load = new SteadyLoad(ChangesPerSecond, (first, count) => silo.PostEventsAsync(Body(first)));
        var sending = load.RunAsync(stopping.Token);
        await Task.Delay(TimeSpan.FromSeconds(context.Size(10, 5)), CancellationToken.None);
        var duration = TimeSpan.FromSeconds(context.Size(30, 10));
        var (cpu, sent, seen) = (ProcessUsage.CpuSeconds(silo.ProcessId), load.Sent, counters.Sum(static counter => counter.Events));
        await Task.Delay(duration, CancellationToken.None);
        var used = (ProcessUsage.CpuSeconds(silo.ProcessId) - cpu) / duration.TotalSeconds;
        var each = (double)(counters.Sum(static counter => counter.Events) - seen) / Watchers;
        var changes = load.Sent - sent;
        await stopping.CancelAsync();
        await sending;
        if (each < changes * SeenMin)
        {
            throw new InvalidOperationException($"A watcher has seen {each} of {changes} changes: what was measured is less than was to be.");
        }

        context.Samples.Add("2,000 watchers, 10 changes/s: silo", used, "cores");
        context.Samples.Add("2,000 watchers: changes seen by each", each / duration.TotalSeconds, "1/s");
        context.Samples.Add("2,000 watchers: resident", ProcessUsage.ResidentBytes(silo.ProcessId) / 1e6, "MB");
    }

    private static byte[] Body(long number) =>
        Encoding.UTF8.GetBytes($$$"""{"project":"shop","metric":"purchase","fields":{"amount":{{{number}}},"user":"u{{{number % 100}}}","country":"CH","ok":true}}""");
}
