namespace Analytics.Silo.Log.Kafka.Topics;

/// <summary>The partitions of all topics at one moment. Immutable.</summary>
internal sealed class KafkaPartitions
{
    /// <summary>None are known.</summary>
    public static readonly KafkaPartitions None = new([], string.Empty);

    private readonly Dictionary<int, KafkaPartition> _byNumber;

    /// <summary>Makes the lists.</summary>
    /// <param name="all">All of them, in order of number.</param>
    /// <param name="writableTopic">The collector's topic.</param>
    public KafkaPartitions(IReadOnlyList<KafkaPartition> all, string writableTopic)
    {
        All = all;
        Numbers = [.. all.Select(partition => partition.Number)];
        Writable = [.. all.Where(partition => partition.Topic == writableTopic).Select(partition => partition.Number)];
        _byNumber = all.ToDictionary(partition => partition.Number);
    }

    /// <summary>All of them, in order of number.</summary>
    public IReadOnlyList<KafkaPartition> All { get; }

    /// <summary>Their numbers.</summary>
    public IReadOnlyList<int> Numbers { get; }

    /// <summary>Numbers of the collector's topic.</summary>
    public IReadOnlyList<int> Writable { get; }

    /// <summary>The partition with this number, if there is one.</summary>
    public KafkaPartition? Find(int number) => _byNumber.GetValueOrDefault(number);
}
