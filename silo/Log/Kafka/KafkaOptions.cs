using System.Collections.ObjectModel;

namespace Analytics.Silo.Log.Kafka;

/// <summary><c>Analytics:Kafka</c>: the topics that are the log when <c>Log:Kind</c> is <c>Kafka</c>.</summary>
public sealed record KafkaOptions
{
    /// <summary>The value of <see cref="OutOfRange"/> that goes on.</summary>
    public const string Earliest = "Earliest";

    /// <summary>Brokers to begin with, <c>host:port</c>, separated by commas; the others are learnt from them. Needed when the log is Kafka.</summary>
    public string BootstrapServers { get; init; } = "";

    /// <summary>The topic the collector writes to. Always read.</summary>
    public string Topic { get; init; } = "events";

    /// <summary>
    /// Further topics to read, separated by commas; one that begins with <c>^</c> is a regular expression (without commas). Their messages have
    /// envelopes, unless the topic is one of <see cref="Mappings"/>.
    /// </summary>
    public string Topics { get; init; } = "";

    /// <summary>The consumer group that owns the committed offsets.</summary>
    public string Group { get; init; } = "analytics";

    /// <summary>
    /// Stream queues the partitions are spread over, 1-1,024, the same on all silos: what is read in parallel. More than the cores of the whole
    /// cluster gains nothing.
    /// </summary>
    public int Queues { get; init; } = 16;

    /// <summary>
    /// What happens when a topic no longer has the next offset: <c>Stop</c>, reading of that partition stands still, because going on would lose events
    /// in silence; or <c>Earliest</c>, it goes on at the earliest offset there is.
    /// </summary>
    public string OutOfRange { get; init; } = "Stop";

    /// <summary>
    /// librdkafka's own settings by their own names, for example <c>security.protocol</c>; the library checks them when it is started. Those the log
    /// decides itself are refused. May hold secrets: never logged.
    /// </summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Topics whose messages are bare field objects of one metric. They are read without being in <see cref="Topics"/>.</summary>
    public IReadOnlyList<KafkaMapping> Mappings { get; init; } = [];
}
