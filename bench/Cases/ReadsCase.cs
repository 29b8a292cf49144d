using System.Diagnostics;
using Analytics.Bench.Harness;
using Analytics.Bench.Kafka;
using Analytics.Bench.Measuring;
using Analytics.Tests.Integration;

namespace Analytics.Bench.Cases;

/// <summary>Reads of the live state over HTTP while the same metric takes 50,000 events a second: four readers, together 200 reads a second.</summary>
internal sealed class ReadsCase : ICase
{
    private const int PerSecond = 50_000;
    private const int Partitions = 4;
    private const int Readers = 4;
    private const double BarMs = 5;
    private const string Inside = "live read inside the silo, within 1 ms";
    private const double InsideBarPercent = 99;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);
    private static readonly Uri Metric = new($"/v1/projects/{EventSet.Project}/metrics/{EventSet.Metric}", UriKind.Relative);

    /// <inheritdoc />
    public string Name => "reads";

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
                using var stopping = new CancellationTokenSource();
                var load = EventLoads.ToKafka(producer, topic, Partitions, PerSecond);
                var sending = load.RunAsync(stopping.Token);
                await Task.Delay(TimeSpan.FromSeconds(context.Size(10, 5)), CancellationToken.None);
                await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => ReadAsync(silo, TimeSpan.FromSeconds(2))));
                load.LateSecondsMax = 0;
                var before = await ReadInsideAsync(silo);
                var times = await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => ReadAsync(silo, TimeSpan.FromSeconds(context.Size(20, 6)))));
                await stopping.CancelAsync();
                await sending;
                var (quick, all) = await ReadInsideAsync(silo);
                context.Samples.Add(Inside, 100 * (quick - before.Quick) / (all - before.All), "%");
                Note(context.Samples, [.. times.SelectMany(time => time)], load);
            }

            await broker.DeleteTopicAsync(topic);
        }

        context.Samples.AtMost("live read p99", BarMs);
        context.Samples.AtLeast(Inside, InsideBarPercent);
    }

    /// <summary>Reads that the actor answered within a millisecond, and all, by the silo's own histogram.</summary>
    private static async Task<(double Quick, double All)> ReadInsideAsync(RunningSilo silo) =>
        (await silo.MetricAsync("analytics_reads_duration_bucket", "le=\"0.001\""), await silo.MetricAsync("analytics_reads_duration_count"));

    private static void Note(Samples samples, double[] milliseconds, SteadyLoad load)
    {
        samples.Add("live read p50", Numbers.Quantile(milliseconds, 0.5), "ms");
        samples.Add("live read p99", Numbers.Quantile(milliseconds, 0.99), "ms");
        samples.Add("live read worst", milliseconds.Max(), "ms");
        samples.Add("load behind its plan at worst", load.LateSecondsMax * 1000, "ms");
    }

    private static async Task<List<double>> ReadAsync(RunningSilo silo, TimeSpan duration)
    {
        var milliseconds = new List<double>();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < duration;)
        {
            var begin = Stopwatch.GetTimestamp();
            using (var response = await silo.Http.GetAsync(Metric))
            {
                response.EnsureSuccessStatusCode();
                await response.Content.ReadAsByteArrayAsync();
            }

            milliseconds.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            await Task.Delay(Between, CancellationToken.None);
        }

        return milliseconds;
    }
}
