namespace Analytics.Silo.Log.Kafka.Topics;

/// <summary>Gives a number to a topic; one caller at a time, in all processes together.</summary>
internal static class TopicClaim
{
    /// <summary>Looks at the numbers that were given, whoever gave them, and adds the next one unless the topic has one by now.</summary>
    /// <param name="store">Has the numbers.</param>
    /// <param name="cluster">The Kafka cluster's id.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="above">The number that is the topic's no more, or -1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EventLogException">No number is left.</exception>
    public static async Task<TopicNumber> RunAsync(ITopicStore store, string cluster, string topic, int above, CancellationToken cancellationToken)
    {
        var next = 0;
        TopicNumber? own = null;
        foreach (var number in await store.ReadNumbersAsync(cancellationToken))
        {
            next = Math.Max(next, number.Number + 1);
            if (number.Cluster == cluster && number.Topic == topic && number.Number > (own?.Number ?? above))
            {
                own = number;
            }
        }

        if (own is not null)
        {
            return own;
        }

        if (next >= KafkaPartition.TopicsMax)
        {
            throw new EventLogException($"topic {topic} cannot be read: all {KafkaPartition.TopicsMax} numbers for topics are taken");
        }

        own = new TopicNumber(cluster, topic, next);
        await store.AddAsync(own, cancellationToken);
        return own;
    }
}
