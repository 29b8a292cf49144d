namespace Analytics.Silo.Log.Kafka.Topics;

/// <summary>Keeps, beside the tables, what tables' positions mean: the numbers of topics, and how far each partition was durable.</summary>
internal interface ITopicStore
{
    /// <summary>All numbers that were ever given.</summary>
    Task<IReadOnlyList<TopicNumber>> ReadNumbersAsync(CancellationToken cancellationToken);

    /// <summary>Whether other processes give numbers too: those that were read may not be all.</summary>
    bool IsShared => false;

    /// <summary>Gives a number, durably.</summary>
    Task AddAsync(TopicNumber number, CancellationToken cancellationToken);

    /// <summary>Gives a topic a number of its own, durably, while nobody else gives one.</summary>
    /// <param name="cluster">The Kafka cluster's id.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="above">The number that is the topic's no more, -1 when it had none. A higher one that another process has given it meanwhile is the topic's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EventLogException">No number is left, or nobody can be kept from giving one.</exception>
    Task<TopicNumber> ClaimAsync(string cluster, string topic, int above, CancellationToken cancellationToken);

    /// <summary>A lower bound of the durable offset, by log partition. It outlives the group's committed offsets, which Kafka forgets after a while.</summary>
    Task<IReadOnlyDictionary<int, long>> ReadDurableAsync(CancellationToken cancellationToken);

    /// <summary>Raises lower bounds.</summary>
    Task SaveDurableAsync(IReadOnlyDictionary<int, long> offsets, CancellationToken cancellationToken);
}
