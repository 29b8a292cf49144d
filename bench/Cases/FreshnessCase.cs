using Analytics.Bench.Harness;
using Analytics.Bench.Kafka;
using Analytics.Bench.Measuring;
using Analytics.Tests.Integration;
using Confluent.Kafka;

namespace Analytics.Bench.Cases;

/// <summary>How long after being accepted an event is in the live state, and a row, while others of its metric come at a steady rate.</summary>
internal sealed class FreshnessCase : ICase
{
    private const int FullRate = 50_000;
    private const double LiveBarMs = 50;
    private const double RowBarMs = 1000;
    private const int Partitions = 4;

    /// <inheritdoc />
    public string Name => "freshness";

    /// <inheritdoc />
    public async Task RunAsync(CaseContext context)
    {
        for (var run = 0; run < context.Runs; run++)
        {
            foreach (var perSecond in (int[])[10_000, FullRate])
            {
                await RunKafkaAsync(context, perSecond);
                await RunHttpAsync(context, perSecond);
            }
        }

        foreach (var way in (string[])["Kafka", "HTTP"])
        {
            context.Samples.AtMost(Measure(way, FullRate, "live p99"), LiveBarMs);
            context.Samples.AtMost(Measure(way, FullRate, "row p99"), RowBarMs);
        }
    }

    private static async Task RunKafkaAsync(CaseContext context, int perSecond)
    {
        var broker = await context.Broker();
        var topic = await TopicFiller.CreateAsync(broker, Partitions);
        await using (var silo = await RunningSilo.StartNewAsync(await BenchSilo.KafkaSettingsAsync(broker, topic, hasEnvelope: true)))
        {
            using var producer = TopicFiller.NewProducer(broker);
            var markers = new Markers(silo, value => producer.ProduceAsync(topic, new Message<Null, byte[]> { Value = value }));
            await RunAsync(context, "Kafka", perSecond, silo, EventLoads.ToKafka(producer, topic, Partitions, perSecond), markers);
        }

        await broker.DeleteTopicAsync(topic);
    }

    private static async Task RunHttpAsync(CaseContext context, int perSecond)
    {
        await using var silo = await RunningSilo.StartNewAsync();
        await RunAsync(context, "HTTP", perSecond, silo, EventLoads.ToHttp(silo, perSecond), new Markers(silo, silo.PostEventsAsync));
    }

    private static async Task RunAsync(CaseContext context, string way, int perSecond, RunningSilo silo, SteadyLoad load, Markers markers)
    {
        using var stopping = new CancellationTokenSource();
        var sending = load.RunAsync(stopping.Token);
        await Task.Delay(TimeSpan.FromSeconds(context.Size(10, 5)), CancellationToken.None);
        load.LateSecondsMax = 0;
        var cpu = ProcessUsage.CpuSeconds(silo.ProcessId);
        var duration = TimeSpan.FromSeconds(context.Size(20, 6));
        await markers.RunAsync(duration);
        var used = ProcessUsage.CpuSeconds(silo.ProcessId) - cpu;
        await stopping.CancelAsync();
        await sending;
        foreach (var (name, values) in new[] { ("live", markers.LiveMs), ("row", markers.RowMs) })
        {
            context.Samples.Add(Measure(way, perSecond, $"{name} p50"), Numbers.Quantile(values, 0.5), "ms");
            context.Samples.Add(Measure(way, perSecond, $"{name} p99"), Numbers.Quantile(values, 0.99), "ms");
        }

        context.Samples.Add(Measure(way, perSecond, "cores used, looking included"), used / duration.TotalSeconds, "cores");
        context.Samples.Add(Measure(way, perSecond, "load behind its plan at worst"), load.LateSecondsMax * 1000, "ms");
    }

    private static string Measure(string way, int perSecond, string what) => $"{way}, {perSecond} events/s: {what}";
}
