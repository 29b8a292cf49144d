// Goal: a log segment damaged while nobody looked is found when it is read, told with file and offset, and costs nothing but what depends on it.
using System.Text;
using Analytics.Silo.Http.Collect;
using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.Faults;

[Collection("Faults")]
public sealed class DamagedSegmentTests
{
    private const int Partitions = 4;
    private const int SegmentsMin = 4;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_damaged_segment_is_told_the_other_partitions_are_served_and_with_the_file_mended_nothing_is_missing()
    {
        // Nothing is flushed before the kill, so that all of the log is read at the next start.
        await using var run = await FaultRun.StartAsync(settings: "--Analytics:Flush:IntervalMs=600000");
        while (Segments(run.Silo, 0).Length < SegmentsMin)
        {
            await run.Load.DeliverAsync(20);
        }

        await run.Load.StopAsync();
        await run.Silo.KillAsync();
        var path = Segments(run.Silo, 0)[1];
        var original = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, Damaged(original));
        run.Silo.Settings = FaultRun.Settings;
        await run.Silo.StartAsync();

        var told = await Eventually.GetAsync(() => LogCheckAsync(run.Silo), text => text.Contains(path, StringComparison.Ordinal), Deadline);
        Assert.Contains("Partition 0 of the log cannot be read at offset ", told, StringComparison.Ordinal);
        Assert.Contains($"DAMAGED: {told}", run.Silo.Output, StringComparison.Ordinal);
        Assert.Equal(1, await run.Silo.MetricAsync("analytics_log_damaged"));
        await OthersAreServedAsync(run.Silo);

        await File.WriteAllBytesAsync(path, original);
        await run.CheckAsync();
        Assert.Equal("ok", await LogCheckAsync(run.Silo));
        Assert.Equal(0, await run.Silo.MetricAsync("analytics_log_damaged"));
    }

    private static async Task OthersAreServedAsync(RunningSilo silo)
    {
        for (var partition = 1; partition < Partitions; partition++)
        {
            var label = $"partition=\"{partition}\"";
            await Eventually.IsTrueAsync(
                async () => await silo.MetricAsync("analytics_log_committed_offset", label) == await silo.MetricAsync("analytics_log_end_offset", label),
                Deadline,
                () => $"partition {partition} is read to its end");
        }

        var metric = Enumerable.Range(0, 100).Select(i => $"new{i}").First(name => PartitionHash.IndexOf(Encoding.UTF8.GetBytes($"fresh/{name}"), Partitions) != 0);
        await silo.PostAsync("/v1/events", new StringContent($$$"""{"project":"fresh","metric":"{{{metric}}}","fields":{"n":1}}"""));
        Assert.Equal(1, (await silo.GetAsync($"/v1/projects/fresh/metrics/{metric}")).GetProperty("total").GetInt64());
        Assert.True(await silo.MetricAsync("analytics_log_committed_offset", "partition=\"0\"") < await silo.MetricAsync("analytics_log_end_offset", "partition=\"0\""));
    }

    private static async Task<string> LogCheckAsync(RunningSilo silo) =>
        (await silo.GetAsync("/readyz")).GetProperty("checks").GetProperty("log").GetString()!;

    private static string[] Segments(RunningSilo silo, int partition)
    {
        var files = Directory.GetFiles(Path.Combine(silo.DataDirectory, "log", $"partition-{partition}"), "*.segment");
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    private static byte[] Damaged(byte[] bytes)
    {
        var damaged = (byte[])bytes.Clone();
        foreach (ref var value in damaged.AsSpan(damaged.Length / 2, 8))
        {
            value ^= 0x5A;
        }

        return damaged;
    }
}
