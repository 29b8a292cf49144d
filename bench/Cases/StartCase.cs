using System.Diagnostics;
using Analytics.Bench.Harness;
using Analytics.Tests.Integration;

namespace Analytics.Bench.Cases;

/// <summary>From the start of a process with nothing on its disk until it is ready, and until its first event is in the live state. The first run also brings the files into the machine's memory, and does not count.</summary>
internal sealed class StartCase : ICase
{
    private const double BarSeconds = 2;

    /// <inheritdoc />
    public string Name => "start";

    /// <inheritdoc />
    public async Task RunAsync(CaseContext context)
    {
        for (var run = 0; run <= context.Runs; run++)
        {
            await using var silo = RunningSilo.Prepare();
            var clock = Stopwatch.StartNew();
            await silo.StartAsync();
            var ready = clock.Elapsed;
            var processor = silo.ProcessorTime;
            clock.Restart();
            await silo.PostEventsAsync("""{"project":"p","metric":"m","fields":{"n":1}}"""u8.ToArray());
            using (var response = await silo.Http.GetAsync(new Uri("/v1/projects/p/metrics/m", UriKind.Relative)))
            {
                response.EnsureSuccessStatusCode();
            }

            if (run > 0)
            {
                context.Samples.Add("ready, nothing on its disk", ready.TotalSeconds, "s");
                context.Samples.Add("processor time until ready", processor.TotalSeconds, "CPU-s");
                context.Samples.Add("first event sent and read in the live state", clock.Elapsed.TotalSeconds, "s");
            }
        }

        context.Samples.AtMost("ready, nothing on its disk", BarSeconds);
    }
}
