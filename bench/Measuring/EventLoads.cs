using Analytics.Bench.Kafka;
using Analytics.Tests.Integration;
using Confluent.Kafka;

namespace Analytics.Bench.Measuring;

/// <summary>Steady loads of 137-byte events (182 bytes with their envelopes) of one metric.</summary>
internal static class EventLoads
{
    private const int EventBytes = 137;

    // Bodies are made before they are needed: making them would be the load on a small machine.
    private const int Portions = 64;

    /// <summary>An event a message, to the partitions of a topic in turn.</summary>
    public static SteadyLoad ToKafka(IProducer<Null, byte[]> producer, string topic, int partitions, int perSecond)
    {
        var values = Enumerable.Range(0, Portions * 64).Select(n => BytesOf(n, 1)).ToArray();
        return new SteadyLoad(perSecond, (first, count) =>
        {
            for (var i = 0; i < count; i++)
            {
                TopicFiller.Send(producer, new TopicPartition(topic, (int)((first + i) % partitions)), values[(first + i) % values.Length]);
            }

            producer.Poll(TimeSpan.Zero);
            return Task.CompletedTask;
        });
    }

    /// <summary>Requests of 10 ms' events each, one after the other.</summary>
    /// <exception cref="HttpRequestException">One was refused.</exception>
    public static SteadyLoad ToHttp(RunningSilo silo, int perSecond)
    {
        const int PortionsPerSecond = 100;
        var events = perSecond / PortionsPerSecond;
        var bodies = Enumerable.Range(0, Portions).Select(n => BytesOf((long)n * events, events)).ToArray();
        return new SteadyLoad(PortionsPerSecond, async (first, count) =>
        {
            for (var i = 0; i < count; i++)
            {
                await silo.PostEventsAsync(bodies[(first + i) % bodies.Length]);
            }
        });
    }

    private static byte[] BytesOf(long first, int count)
    {
        var body = new byte[200 * count];
        var length = 0;
        for (var i = 0; i < count; i++)
        {
            length += EventMaker.WriteEnvelope(body.AsSpan(length), first + i, EventBytes, EventSet.Project, EventSet.Metric);
            body[length++] = (byte)'\n';
        }

        return body[..(length - 1)];
    }
}
