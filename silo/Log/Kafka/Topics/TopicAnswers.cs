namespace Analytics.Silo.Log.Kafka.Topics;

/// <summary>What brokers said of topics. Those that do not exist are in neither.</summary>
/// <param name="Found">Topics with their numbers of partitions.</param>
/// <param name="Refused">Named topics that may not be read or are otherwise in trouble, with the broker's words.</param>
internal sealed record TopicAnswers(Dictionary<string, int> Found, Dictionary<string, string> Refused);
