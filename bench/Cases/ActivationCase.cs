using System.Diagnostics;
using System.Globalization;
using Analytics.Bench.Harness;
using Analytics.Bench.Kafka;
using Analytics.Bench.Measuring;
using Analytics.Bench.Peers;
using Analytics.Tests;
using Analytics.Tests.Integration;

namespace Analytics.Bench.Cases;

/// <summary>The first read of a metric with a large table after a start: with a saved live state, and when all has to be made from the table.</summary>
internal sealed class ActivationCase : ICase
{
    private static readonly TimeSpan FillMax = TimeSpan.FromMinutes(10);

    /// <inheritdoc />
    public string Name => "activation";

    /// <inheritdoc />
    public async Task RunAsync(CaseContext context)
    {
        var rows = context.EventsOf(100_000_000, 10_000_000);
        await using var silo = RunningSilo.Prepare();
        await silo.StartAsync();
        await silo.PostEventsAsync(OneEvent());
        await Eventually.IsTrueAsync(async () => await silo.ReadDoneAsync() == 1, FillMax, () => silo.Output);
        await silo.StopAsync();
        await FillAsync(silo.DataDirectory, rows);
        for (var run = 0; run < context.Runs; run++)
        {
            if (run > 0)
            {
                await FillAsync(silo.DataDirectory, 0);
            }

            await ReadFirstAsync(context.Samples, silo, rows, "no snapshot");

            // A stop saves what is known.
            await ReadFirstAsync(context.Samples, silo, rows, "snapshot");
        }
    }

    private static async Task ReadFirstAsync(Samples samples, RunningSilo silo, long rows, string what)
    {
        await silo.StartAsync();
        var cpu = ProcessUsage.CpuSeconds(silo.ProcessId);
        var begin = Stopwatch.GetTimestamp();

        // A read that takes too long is told to come again: the first that knows everything counts.
        var total = await Eventually.GetAsync(() => silo.ReadTotalsAsync(), answer => answer.Total > 0, FillMax);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        if (total.Total != rows + 1)
        {
            throw new InvalidOperationException($"The first read gives {total.Total} of {rows + 1} rows.\n{silo.Output}");
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"first read of {rows:#,0} rows, {what}");
        samples.Add(name, seconds, "s");
        samples.Add($"{name}: CPU", ProcessUsage.CpuSeconds(silo.ProcessId) - cpu, "CPU-s");
        samples.Add($"{name}: resident at worst", ProcessUsage.PeakResidentBytes(silo.ProcessId) / 1e6, "MB");
        await silo.StopAsync();
    }

    private static async Task FillAsync(string dataDirectory, long rows)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(TableFiller).Assembly.Location, PeerModes.Fill, dataDirectory, rows.ToString(CultureInfo.InvariantCulture)]);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync().WaitAsync(FillMax);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The table was not filled: exit code {process.ExitCode}.");
        }
    }

    private static byte[] OneEvent()
    {
        var body = new byte[300];
        return body[..EventMaker.WriteEnvelope(body, 0, 137, EventSet.Project, EventSet.Metric)];
    }
}
