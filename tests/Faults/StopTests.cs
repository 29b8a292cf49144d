// Goal: a stop ends cleanly and leaves nothing to do twice: what was durable when the process ended is never decoded again.
using System.Diagnostics;
using System.Globalization;
using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.Faults;

[Collection("Faults")]
public sealed class StopTests
{
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FlushMax = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Stopped_under_load_a_silo_ends_in_time_and_reads_nothing_durable_again()
    {
        await using var run = await FaultRun.StartAsync();
        await run.Load.DeliverAsync(200);
        await StopAsync(run.Silo);
        var committed = CommittedOffsets(run.Silo.DataDirectory);
        var startSeconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await run.Silo.StartAsync();
        await run.CheckAsync();

        if (FaultSettings.ComparesStops)
        {
            await NothingWasReadAgainAsync(run, committed, startSeconds);
        }
    }

    [Fact]
    public async Task Stopped_when_everything_is_flushed_a_silo_reads_nothing_at_the_next_start()
    {
        await using var run = await FaultRun.StartAsync();
        await run.Load.DeliverAsync(200);
        await run.Load.StopAsync();
        await FlushAsync(run);
        var end = await run.Silo.MetricAsync("analytics_log_end_offset");
        await StopAsync(run.Silo);
        Assert.Equal(end, CommittedOffsets(run.Silo.DataDirectory).Sum(pair => pair.Offset));

        await run.Silo.StartAsync();
        await run.CheckAsync();
        Assert.Equal(0, await run.Silo.MetricAsync("analytics_ingest_messages_total"));
        await run.Silo.PostAsync("/v1/events", new StringContent("""{"project":"load0","metric":"m0","fields":{"n":1}}"""));
        await run.DrainAsync();
        Assert.Equal(1, await run.Silo.MetricAsync("analytics_ingest_messages_total"));
    }

    /// <summary>Everything accepted is in its table; it need not be committed in the log yet.</summary>
    private static Task FlushAsync(FaultRun run) => Eventually.IsTrueAsync(
        async () =>
        {
            foreach (var ((project, metric), promised) in run.Load.Promises.Metrics)
            {
                var rows = await run.Silo.QueryAsync($"SELECT toString(uniqExact(uid)) AS n FROM {project}.{metric}");
                if (rows[0].AsLong("n") < promised.Rows.Count)
                {
                    return false;
                }
            }

            return (await SiloReader.DeadLettersAsync(run.Silo)).Count == run.Load.Promises.Broken.Count;
        },
        FlushMax,
        () => $"everything is in its table\n{run.Silo.Output}");

    /// <summary>A row from behind the committed offset that was there before the start was read a second time after it.</summary>
    private static async Task NothingWasReadAgainAsync(FaultRun run, List<(int Partition, long Offset)> committed, long startSeconds)
    {
        foreach (var (project, metric) in run.Load.Promises.Metrics.Keys)
        {
            foreach (var (partition, offset) in committed)
            {
                var rows = await run.Silo.QueryAsync(
                    $"SELECT toString(count()) AS n FROM {project}.{metric} " +
                    $"WHERE _partition = {partition} AND _offset >= {offset} AND toUnixTimestamp(_inserted) < {startSeconds}");
                Assert.True(rows[0].AsLong("n") == 0, $"{rows[0]} rows of {project}/{metric} from partition {partition} are read again from {offset}.");
            }
        }
    }

    private static async Task StopAsync(RunningSilo silo)
    {
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, await silo.StopAsync());
        Assert.True(watch.Elapsed < StopMax, $"The stop took {watch.Elapsed}.");
    }

    /// <summary>The committed offset of each partition: the higher of the two numbers in its file.</summary>
    private static List<(int Partition, long Offset)> CommittedOffsets(string dataDirectory) =>
    [
        .. Directory.GetDirectories(Path.Combine(dataDirectory, "log")).Select(directory =>
        {
            var bytes = File.ReadAllBytes(Path.Combine(directory, "committed"));
            var second = bytes.Length > 4096 ? BitConverter.ToInt64(bytes, 4096) : 0;
            var partition = int.Parse(directory[(directory.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture);
            return (partition, Math.Max(bytes.Length > 0 ? BitConverter.ToInt64(bytes, 0) : 0, second));
        }),
    ];
}
