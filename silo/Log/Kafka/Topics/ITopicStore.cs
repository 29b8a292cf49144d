namespace Analytics.Silo.Log.Kafka.Topics;

/// <summary>Keeps, beside the tables, what tables' positions mean: the numbers of topics, and how far each partition was durable.</summary>
internal interface ITopicStore
{
    /// <summary>All numbers that were ever given.</summary>
    Task<IReadOnlyList<TopicNumber>> ReadNumbersAsync(CancellationToken cancellationToken);

    /// <summary>Gives a number, durably.</summary>
    Task AddAsync(TopicNumber number, CancellationToken cancellationToken);

    /// <summary>A lower bound of the durable offset, by log partition. It outlives the group's committed offsets, which Kafka forgets after a while.</summary>
    Task<IReadOnlyDictionary<int, long>> ReadDurableAsync(CancellationToken cancellationToken);

    /// <summary>Raises lower bounds.</summary>
    Task SaveDurableAsync(IReadOnlyDictionary<int, long> offsets, CancellationToken cancellationToken);
}
