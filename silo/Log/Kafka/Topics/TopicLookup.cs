using System.Runtime.InteropServices;
using Analytics.Silo.Log.Kafka.Native;

namespace Analytics.Silo.Log.Kafka.Topics;

/// <summary>Asks the brokers which topics there are. The calls block.</summary>
internal static unsafe class TopicLookup
{
    /// <summary>Looks up the topics that are read, with the partitions of each that can be. One that is in trouble does not keep the others from being found.</summary>
    /// <exception cref="EventLogException">No broker answered.</exception>
    public static TopicAnswers Find(KafkaConsumer consumer, TopicNames names, int timeoutMs) =>
        consumer.Use(_ => FindAll(consumer, names, timeoutMs));

    /// <summary>The cluster's id; empty for one that has none. Known once brokers have told of a topic.</summary>
    public static string ClusterOf(KafkaConsumer consumer)
    {
        var id = RdKafka.ClusterId(consumer.Handle, 0);
        try
        {
            return Marshal.PtrToStringUTF8((nint)id) ?? string.Empty;
        }
        finally
        {
            RdKafka.Free(consumer.Handle, id);
        }
    }

    private static TopicAnswers FindAll(KafkaConsumer consumer, TopicNames names, int timeoutMs)
    {
        var found = new TopicAnswers(new(StringComparer.Ordinal), new(StringComparer.Ordinal));
        if (names.HasPatterns)
        {
            Ask(consumer, 0, found, timeoutMs);
            return new TopicAnswers(
                found.Found.Where(pair => names.Named.Contains(pair.Key, StringComparer.Ordinal) || names.Matches(pair.Key)).ToDictionary(), found.Refused);
        }

        foreach (var name in names.Named)
        {
            Ask(consumer, consumer.TopicOf(name), found, timeoutMs);
        }

        return found;
    }

    private static void Ask(KafkaConsumer consumer, nint onlyTopic, TopicAnswers answers, int timeoutMs)
    {
        RdKafkaMetadata* metadata;
        var error = RdKafka.Metadata(consumer.Handle, onlyTopic == 0 ? 1 : 0, onlyTopic, &metadata, timeoutMs);
        if (error != 0)
        {
            throw new EventLogException($"no broker answers: {RdKafkaError.Describe(error)}");
        }

        try
        {
            for (var i = 0; i < metadata->TopicCount; i++)
            {
                var topic = metadata->Topics[i];
                var name = Marshal.PtrToStringUTF8((nint)topic.Name)!;
                if (topic.Error == 0 && topic.PartitionCount > 0)
                {
                    answers.Found[name] = Math.Min(KafkaPartition.PartitionsMax, topic.PartitionCount);
                }
                else if (topic.Error is not (0 or RdKafkaError.UnknownTopic or RdKafkaError.NoLeader) && onlyTopic != 0)
                {
                    answers.Refused[name] = RdKafkaError.Describe(topic.Error);
                }
            }
        }
        finally
        {
            RdKafka.MetadataDestroy(metadata);
        }
    }
}
