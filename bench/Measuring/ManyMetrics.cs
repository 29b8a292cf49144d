using Analytics.Bench.Kafka;
using Analytics.Tests.Integration;
using Confluent.Kafka;

namespace Analytics.Bench.Measuring;

/// <summary>Events for many metrics in turn, and whether each of them has exactly its own afterwards.</summary>
/// <param name="count">Metrics.</param>
internal sealed class ManyMetrics(int count)
{
    private const int ProjectsMax = 800;
    private const int EventBytes = 137;
    private const int ReadersMax = 8;

    private readonly byte[][] _values = [.. Enumerable.Range(0, count).Select(ValueOf)];

    /// <summary>Of every metric an event, then again, to the partitions of a topic in turn.</summary>
    public SteadyLoad Load(IProducer<Null, byte[]> producer, string topic, int partitions, int perSecond) => new(perSecond, (first, events) =>
    {
        Send(producer, topic, partitions, first, events);
        return Task.CompletedTask;
    });

    /// <summary>Sends events of the metrics in turn.</summary>
    public void Send(IProducer<Null, byte[]> producer, string topic, int partitions, long first, long events)
    {
        for (var i = 0L; i < events; i++)
        {
            // A metric stays with its partition, as with producers that send by key.
            var metric = (int)((first + i) % count);
            TopicFiller.Send(producer, new TopicPartition(topic, metric % partitions), _values[metric]);
        }

        producer.Poll(TimeSpan.Zero);
    }

    /// <summary>A metric's project.</summary>
    public static string ProjectOf(int metric) => $"p{metric % ProjectsMax}";

    /// <summary>A metric's name.</summary>
    public static string NameOf(int metric) => $"m{metric}";

    /// <summary>Metrics whose live total or rows in the table are not what was sent.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="expected">Events sent, by metric.</param>
    public async Task<int> CountWrongAsync(RunningSilo silo, Func<int, long> expected)
    {
        var wrong = 0;
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = ReadersMax }, async (metric, _) =>
        {
            var (total, rows) = await silo.ReadTotalsAsync(ProjectOf(metric), NameOf(metric));
            if (total != expected(metric) || rows != expected(metric))
            {
                Interlocked.Increment(ref wrong);
            }
        });
        return wrong;
    }

    private static byte[] ValueOf(int metric)
    {
        var value = new byte[300];
        return value[..EventMaker.WriteEnvelope(value, metric, EventBytes, ProjectOf(metric), NameOf(metric))];
    }
}
