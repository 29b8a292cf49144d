using System.Globalization;

namespace Analytics.Silo.Log.Kafka;

/// <summary>A partition of a topic, and the number it has in our log.</summary>
/// <param name="Number">Its number in tables and ledgers: <see cref="NumberOf"/>.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition in its topic.</param>
/// <param name="Mapping">For a topic of bare messages: what they are.</param>
internal sealed record KafkaPartition(int Number, string Topic, int Partition, KafkaMapping? Mapping)
{
    /// <summary>Partitions a topic may have; more are not read.</summary>
    public const int PartitionsMax = 1 << PartitionBits;

    /// <summary>Numbers that topics may have.</summary>
    public const int TopicsMax = 1 << (31 - PartitionBits);

    private const int PartitionBits = 16;

    /// <summary>Whether its messages' headers are read.</summary>
    public bool WantsHeaders => Mapping?.HeaderPrefix is not null;

    /// <summary>The number of a partition: that of its topic times 65,536, and its own. Of the first topic they are the same.</summary>
    public static int NumberOf(int topicNumber, int partition) => (topicNumber << PartitionBits) | partition;

    /// <summary>The queue of a partition: topics of one partition each are spread as well as the partitions of one topic.</summary>
    public static int QueueOf(int number, int queues) => ((number >> PartitionBits) + (number & (PartitionsMax - 1))) % queues;

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"Partition {Partition} of topic {Topic}");
}
