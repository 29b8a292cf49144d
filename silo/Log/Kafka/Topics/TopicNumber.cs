namespace Analytics.Silo.Log.Kafka.Topics;

/// <summary>The number a topic has in tables. A topic that was made anew has a new one: its offsets begin again.</summary>
/// <param name="Cluster">The Kafka cluster's id; empty for one that has none.</param>
/// <param name="Topic">The topic's name.</param>
/// <param name="Number">0 to <see cref="KafkaPartition.TopicsMax"/> - 1, never used for another.</param>
internal sealed record TopicNumber(string Cluster, string Topic, int Number);
