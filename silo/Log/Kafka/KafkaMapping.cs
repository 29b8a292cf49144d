namespace Analytics.Silo.Log.Kafka;

/// <summary>One of <c>Analytics:Kafka:Mappings</c>: a topic of other producers, whose messages are bare field objects, and the metric they belong to.</summary>
public sealed record KafkaMapping
{
    /// <summary>The topic.</summary>
    public string Topic { get; init; } = "";

    /// <summary>The project of its events.</summary>
    public string Project { get; init; } = "";

    /// <summary>The metric of its events.</summary>
    public string Metric { get; init; } = "";

    /// <summary>The top-level member that is the event's time; without it the event is from when the message came.</summary>
    public string TimeField { get; init; } = "_time";

    /// <summary>What a time that is a number counts since 1970: <c>Milliseconds</c>, <c>Seconds</c>, <c>Microseconds</c> or <c>Nanoseconds</c>.</summary>
    public string TimeUnit { get; init; } = "Milliseconds";

    /// <summary>The top-level member that is the event's id, a string or a number.</summary>
    public string IdField { get; init; } = "_id";

    /// <summary>The field each event gets with the key of its message; <see langword="null"/> for none.</summary>
    public string? KeyField { get; init; }

    /// <summary>Each event gets a field of this prefix and the name for each header of its message; <see langword="null"/> for none.</summary>
    public string? HeaderPrefix { get; init; }
}
