using Analytics.Bench.Harness;
using Analytics.Bench.Kafka;
using Analytics.Bench.Measuring;
using Analytics.Bench.Peers;
using Analytics.Tests.Integration;
using Analytics.Tests.Kafka;

namespace Analytics.Bench.Cases;

/// <summary>
/// From a filled topic into a table. Ours keeps live numbers, positions and a row's exactly-once on top; ClickHouse's Kafka engine does none of that.
/// Both read the very same topics, bare objects through a mapping.
/// </summary>
internal sealed class KafkaTableCase : ICase
{
    private const string OneConsumer = "Kafka engine, 1 consumer";
    private const string TwoConsumers = "Kafka engine, 2 consumers";
    private const double CpuFactor = 3;
    private const double WallFactor = 2;

    // The part of a topic that warms everybody up: just-in-time compilation here, caches and connections there.
    private const int WarmUpPart = 4;

    private static readonly EventSet Main = new(137, HasEnvelope: false, 1, 4);

    private static readonly EventSet[] All =
    [
        Main,
        Main with { Partitions = 1 },
        Main with { EventsPerMessage = 100 },
        Main with { EventBytes = 500 },
        Main with { EventBytes = 500, Partitions = 1 },
        Main with { EventBytes = 500, EventsPerMessage = 100 },
        Main with { HasEnvelope = true },
        Main with { HasEnvelope = true, EventsPerMessage = 100 },
    ];

    /// <inheritdoc />
    public string Name => "kafka-table";

    /// <inheritdoc />
    public async Task RunAsync(CaseContext context)
    {
        var broker = await context.Broker();
        foreach (var set in (context.IsQuick && context.Only is null ? [Main] : All).Where(set => context.Wants(set.Name)))
        {
            var events = context.EventsOf(EventsOf(set), 2_000_000);
            var topic = await TopicFiller.FillAsync(broker, set, events);
            for (var run = 0; run < context.Runs; run++)
            {
                if (context.HasPeers)
                {
                    Note(context, set, OneConsumer, await RunPeerAsync(broker, topic, set, PeerModes.KafkaEngine, 1, events));
                    Note(context, set, TwoConsumers, await RunPeerAsync(broker, topic, set, PeerModes.KafkaEngine, 2, events));
                }

                Note(context, set, Ours, await RunOursAsync(broker, topic, set, events));
            }

            await broker.DeleteTopicAsync(topic);
            if (context.HasPeers)
            {
                SetBar(context.Samples, set, CpuUnit, CpuFactor);
                SetBar(context.Samples, set, WallUnit, WallFactor);
            }
        }
    }

    /// <summary>Runs a silo that reads a topic from its start to its end.</summary>
    public static async Task<Consumption> RunOursAsync(KafkaBroker broker, string topic, EventSet set, long events)
    {
        await using var silo = RunningSilo.Prepare(await BenchSilo.KafkaSettingsAsync(broker, topic, set.HasEnvelope));
        silo.Launch();
        var consumption = await Consumption.WatchAsync(silo.ProcessId, silo.ReadBegunAsync, silo.ReadDoneAsync, events / WarmUpPart, events);
        var rows = await silo.CountRowsAsync($"{EventSet.Project}.{EventSet.Metric}");
        var chunks = await silo.MetricAsync("analytics_ingest_chunks_total");
        return rows == events
            ? consumption with { Threads = ThreadShares.Of(silo.ProcessId), EventsPerChunk = events / chunks }
            : throw new InvalidOperationException($"The table has {rows} rows of {events}.");
    }

    /// <summary>Runs a peer that reads a topic from its start to its end.</summary>
    public static async Task<Consumption> RunPeerAsync(KafkaBroker broker, string topic, EventSet set, string mode, int consumers, long events)
    {
        var directory = Directory.CreateTempSubdirectory("analytics-bench-");
        try
        {
            using var peer = PeerProcess.Start(mode, PeerArguments.For(broker, topic, set, consumers, directory.FullName).ToArray());
            var consumption = await Consumption.WatchAsync(peer.Id, peer.ReadRowsAsync, peer.ReadRowsAsync, events / WarmUpPart, events);
            return consumption with { Threads = ThreadShares.Of(peer.Id) };
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Adds what a run has measured.</summary>
    public static void Note(CaseContext context, EventSet set, string who, Consumption consumption)
    {
        context.Samples.Add(Measure(set, who, CpuUnit), consumption.PerCpuSecond, CpuUnit);
        context.Samples.Add(Measure(set, who, WallUnit), consumption.PerSecond, WallUnit);
        context.Samples.Add(Measure(set, who, "CPU-s used"), consumption.CpuSeconds, "CPU-s");
        context.Samples.Add(Measure(set, who, "with start and warm-up"), consumption.WholePerCpuSecond, CpuUnit);
        if (consumption.EventsPerChunk > 0)
        {
            context.Samples.Add(Measure(set, who, "events decoded at a time"), consumption.EventsPerChunk, "events");
        }

        foreach (var (threads, seconds) in consumption.Threads)
        {
            context.Samples.Add(Measure(set, who, $"of all CPU: {threads}"), 100 * seconds / consumption.WholeCpuSeconds, "%");
        }
    }

    /// <summary>A measure's name.</summary>
    public static string Measure(EventSet set, string who, string what) => $"{set.Name}: {who}, {what}";

    /// <summary>This system in a measure's name.</summary>
    public const string Ours = "ours";

    /// <summary>Events a second of processor time.</summary>
    public const string CpuUnit = "events/CPU-s";

    /// <summary>Events a second.</summary>
    public const string WallUnit = "events/s";

    // A few seconds at least for the fastest, a few tens for the slowest.
    private static long EventsOf(EventSet set) => (set == Main || set.EventsPerMessage > 1 ? 8_000_000 : 4_000_000) / (set.EventBytes > 200 ? 2 : 1);

    private static void SetBar(Samples samples, EventSet set, string unit, double factor)
    {
        var better = Math.Max(samples.Median(Measure(set, OneConsumer, unit)), samples.Median(Measure(set, TwoConsumers, unit)));
        samples.AtLeast(Measure(set, Ours, unit), factor * better);
    }
}
