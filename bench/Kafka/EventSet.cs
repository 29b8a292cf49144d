namespace Analytics.Bench.Kafka;

/// <summary>What a topic is filled with.</summary>
/// <param name="EventBytes">Bytes of one event's bare JSON; an envelope comes on top.</param>
/// <param name="HasEnvelope">Whether events say project and metric; else they are bare objects, as other producers send them.</param>
/// <param name="EventsPerMessage">1 for an object a message, more for arrays.</param>
/// <param name="Partitions">Partitions of the topic, filled evenly.</param>
internal sealed record EventSet(int EventBytes, bool HasEnvelope, int EventsPerMessage, int Partitions)
{
    /// <summary>The project of the events.</summary>
    public const string Project = "bench";

    /// <summary>The metric of the events.</summary>
    public const string Metric = "events";

    /// <summary>In a measure's name.</summary>
    public string Name =>
        $"{EventBytes} B{(HasEnvelope ? " in envelopes" : string.Empty)}, {EventsPerMessage}/message, {Partitions} partition{(Partitions == 1 ? string.Empty : "s")}";
}
