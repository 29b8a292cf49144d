using Analytics.Bench.Harness;
using Analytics.Bench.Kafka;
using Analytics.Bench.Measuring;
using Analytics.Tests;
using Analytics.Tests.Integration;

namespace Analytics.Bench.Cases;

/// <summary>What a metric takes of the process's resident memory, its table and garbage not yet collected included: while nothing comes, and while 10,000
/// events a second come for all of them.</summary>
internal sealed class MemoryCase : ICase
{
    private const int Metrics = 1000;
    private const int EventsEach = 10;
    private const int Partitions = 4;
    private const int PerSecond = 10_000;

    /// <inheritdoc />
    public string Name => "memory";

    /// <inheritdoc />
    public async Task RunAsync(CaseContext context)
    {
        var broker = await context.Broker();
        for (var run = 0; run < context.Runs; run++)
        {
            var topic = await TopicFiller.CreateAsync(broker, Partitions);
            await using (var silo = await RunningSilo.StartNewAsync(await BenchSilo.KafkaSettingsAsync(broker, topic, hasEnvelope: true)))
            {
                using var producer = TopicFiller.NewProducer(broker);
                var one = new ManyMetrics(1);
                var many = new ManyMetrics(Metrics);

                // As many events for one metric as for all of them later: what the process itself takes is in both.
                const int Events = Metrics * EventsEach;
                one.Send(producer, topic, Partitions, 0, Events);
                await UntilWrittenAsync(silo, Events);
                var before = ProcessUsage.ResidentBytes(silo.ProcessId);
                many.Send(producer, topic, Partitions, 0, Events);
                await UntilWrittenAsync(silo, 2 * Events);
                await Task.Delay(TimeSpan.FromSeconds(context.Size(20, 2)), CancellationToken.None);
                Note(context.Samples, "idle", silo, before);

                using var stopping = new CancellationTokenSource();
                var sending = many.Load(producer, topic, Partitions, PerSecond).RunAsync(stopping.Token);
                await Task.Delay(TimeSpan.FromSeconds(context.Size(40, 8)), CancellationToken.None);
                Note(context.Samples, "busy", silo, before);
                await stopping.CancelAsync();
                await sending;
                producer.Flush();
            }

            await broker.DeleteTopicAsync(topic);
        }
    }

    private static void Note(Samples samples, string state, RunningSilo silo, long before)
    {
        var resident = ProcessUsage.ResidentBytes(silo.ProcessId);
        samples.Add($"an {state} metric of {Metrics}".Replace("an busy", "a busy", StringComparison.Ordinal), (resident - before) / (double)Metrics, "B");
        samples.Add($"process with {Metrics} {state} metrics", resident / 1e6, "MB");
    }

    private static Task UntilWrittenAsync(RunningSilo silo, long events) => Eventually.IsTrueAsync(
        async () => await silo.MetricAsync("analytics_metrics_rows_written_total") >= events,
        TimeSpan.FromMinutes(3),
        () => $"{events} events are not rows.\n{silo.Output}");
}
