using Analytics.Silo.Log.Kafka.Native;
using Analytics.Tests.Kafka;
using Confluent.Kafka;

namespace Analytics.Bench.Kafka;

/// <summary>Makes topics and fills them, as fast as the broker takes it.</summary>
internal static class TopicFiller
{
    private static int _topics;

    /// <summary>A new topic with this many events of a set, in order and evenly over its partitions.</summary>
    /// <returns>Its name.</returns>
    public static async Task<string> FillAsync(KafkaBroker broker, EventSet set, long events)
    {
        var topic = await CreateAsync(broker, set.Partitions);
        using var producer = NewProducer(broker);
        var message = new byte[(set.EventBytes + 100) * set.EventsPerMessage];
        for (long n = 0, messages = 0; n < events; n += set.EventsPerMessage, messages++)
        {
            var length = Write(message, set, n, (int)Math.Min(set.EventsPerMessage, events - n));
            Send(producer, new TopicPartition(topic, (int)(messages % set.Partitions)), message.AsSpan(0, length).ToArray());
        }

        producer.Flush();
        return topic;
    }

    /// <summary>A new topic without messages.</summary>
    /// <returns>Its name.</returns>
    public static async Task<string> CreateAsync(KafkaBroker broker, int partitions)
    {
        var topic = $"bench-{Interlocked.Increment(ref _topics)}";
        await broker.CreateTopicAsync(topic, partitions);
        return topic;
    }

    /// <summary>A producer for the broker that waits up to 5 ms for a batch.</summary>
    public static IProducer<Null, byte[]> NewProducer(KafkaBroker broker)
    {
        RdKafkaLibrary.Ensure();
        var properties = broker.ClientProperties.Where(property => property.Key != "session.timeout.ms").ToDictionary();
        properties["bootstrap.servers"] = broker.BootstrapServers;
        properties["linger.ms"] = "5";
        properties["batch.num.messages"] = "10000";
        properties["queue.buffering.max.messages"] = "500000";
        return new ProducerBuilder<Null, byte[]>(properties).Build();
    }

    /// <summary>Sends a message; waits while the producer's queue is full.</summary>
    public static void Send(IProducer<Null, byte[]> producer, TopicPartition to, byte[] value)
    {
        while (true)
        {
            try
            {
                producer.Produce(to, new Message<Null, byte[]> { Value = value });
                return;
            }
            catch (ProduceException<Null, byte[]> failure) when (failure.Error.Code == ErrorCode.Local_QueueFull)
            {
                producer.Poll(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    private static int Write(Span<byte> to, EventSet set, long n, int count)
    {
        var length = 0;
        for (var i = 0; i < count; i++)
        {
            if (set.EventsPerMessage > 1)
            {
                to[length++] = (byte)(i == 0 ? '[' : ',');
            }

            length += set.HasEnvelope
                ? EventMaker.WriteEnvelope(to[length..], n + i, set.EventBytes, EventSet.Project, EventSet.Metric)
                : EventMaker.WriteBare(to[length..], n + i, set.EventBytes);
        }

        if (set.EventsPerMessage > 1)
        {
            to[length++] = (byte)']';
        }

        return length;
    }
}
