using Analytics.Bench.Harness;
using Analytics.Bench.Kafka;
using Analytics.Bench.Measuring;
using Analytics.Tests;
using Analytics.Tests.Integration;
using Confluent.Kafka;

namespace Analytics.Bench.Cases;

/// <summary>10,000 events a second, spread over few and over thousands of metrics, each with its actor and its table.</summary>
internal sealed class MetricsCase : ICase
{
    private const int PerSecond = 10_000;
    private const int Partitions = 4;
    private const int Most = 13_643;
    private const double LiveBarMs = 1000;
    private const double MemoryBarMegabytes = 3000;
    private static readonly TimeSpan DrainMax = TimeSpan.FromMinutes(8);

    /// <inheritdoc />
    public string Name => "metrics";

    /// <inheritdoc />
    public async Task RunAsync(CaseContext context)
    {
        foreach (var count in (context.IsQuick ? (int[])[1, 100, 500] : [1, 100, Most]).Where(count => context.Wants(InputName(count))))
        {
            // Of thousands each run takes ten minutes, most of them until every table is made and every row written.
            for (var run = 0; run < (count == Most ? 1 : context.Runs); run++)
            {
                await RunAsync(context, count);
            }

            context.Samples.AtMost(Measure(count, "live p99"), LiveBarMs);
            context.Samples.AtMost(Measure(count, "metrics with a wrong count"), 0);
            context.Samples.AtMost(Measure(count, "resident at worst"), MemoryBarMegabytes);
        }
    }

    private static async Task RunAsync(CaseContext context, int count)
    {
        var broker = await context.Broker();
        var topic = await TopicFiller.CreateAsync(broker, Partitions);
        await using (var silo = await RunningSilo.StartNewAsync(await BenchSilo.KafkaSettingsAsync(broker, topic, hasEnvelope: true)))
        {
            using var producer = TopicFiller.NewProducer(broker);
            await RunAsync(context, count, silo, producer, topic);
        }

        await broker.DeleteTopicAsync(topic);
    }

    private static async Task RunAsync(CaseContext context, int count, RunningSilo silo, IProducer<Null, byte[]> producer, string topic)
    {
        var metrics = new ManyMetrics(count);

        // Every actor is there and every table is made before anything counts.
        metrics.Send(producer, topic, Partitions, 0, count);
        await UntilWrittenAsync(silo, count);
        var load = metrics.Load(producer, topic, Partitions, PerSecond);
        using var stopping = new CancellationTokenSource();
        var sending = load.RunAsync(stopping.Token);
        await Task.Delay(TimeSpan.FromSeconds(context.Size(10, 5)), CancellationToken.None);

        load.LateSecondsMax = 0;
        var (sent, threads) = (load.Sent, ThreadShares.Of(silo.ProcessId));
        var markers = new Markers(
            silo, value => producer.ProduceAsync(new TopicPartition(topic, 0), new Message<Null, byte[]> { Value = value }), ManyMetrics.ProjectOf(0), ManyMetrics.NameOf(0));
        await Task.Delay(TimeSpan.FromSeconds(context.Size(40, 6)), CancellationToken.None);
        NoteUsage(context.Samples, count, silo, load.Sent - sent, threads);

        // Only now: looking for markers costs as much as thousands of events.
        var marked = TimeSpan.FromSeconds(context.Size(20, 6));
        var marking = markers.RunAsync(marked);
        await Task.Delay(marked, CancellationToken.None);
        await stopping.CancelAsync();
        await sending;
        var all = count + load.Sent + markers.Sent;
        context.Samples.Add(Measure(count, "events not yet in live state at the end"), all - await silo.MetricAsync("analytics_metrics_rows_taken_total"), "events");
        context.Samples.Add(Measure(count, "load behind its plan at worst"), load.LateSecondsMax * 1000, "ms");

        await marking;
        await UntilWrittenAsync(silo, all);
        context.Samples.Add(Measure(count, "live p50"), Numbers.Quantile(markers.LiveMs, 0.5), "ms");
        context.Samples.Add(Measure(count, "live p99"), Numbers.Quantile(markers.LiveMs, 0.99), "ms");
        context.Samples.Add(Measure(count, "row p99"), Numbers.Quantile(markers.RowMs, 0.99), "ms");
        var wrong = await metrics.CountWrongAsync(
            silo, metric => 1 + (load.Sent / count) + (metric < load.Sent % count ? 1 : 0) + (metric == 0 ? markers.Sent : 0));
        context.Samples.Add(Measure(count, "metrics with a wrong count"), wrong, "metrics");
    }

    private static void NoteUsage(Samples samples, int count, RunningSilo silo, long events, IReadOnlyDictionary<string, double> before)
    {
        var after = ThreadShares.Of(silo.ProcessId);
        samples.Add(Measure(count, "CPU, all"), 1e6 * (after.Values.Sum() - before.Values.Sum()) / events, "us/event");
        foreach (var (threads, seconds) in after)
        {
            samples.Add(Measure(count, $"CPU, {threads}"), 1e6 * (seconds - before.GetValueOrDefault(threads)) / events, "us/event");
        }

        samples.Add(Measure(count, "resident at worst"), ProcessUsage.PeakResidentBytes(silo.ProcessId) / 1e6, "MB");
    }

    private static Task UntilWrittenAsync(RunningSilo silo, long events) => Eventually.IsTrueAsync(
        async () =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), CancellationToken.None);
            return await silo.MetricAsync("analytics_metrics_rows_written_total") >= events;
        },
        DrainMax,
        () => $"{events} events are not rows.\n{silo.Output}");

    private static string InputName(int count) => $"{count} metric{(count == 1 ? string.Empty : "s")}";

    private static string Measure(int count, string what) => $"{InputName(count)}: {what}";
}
