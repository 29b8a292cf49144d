namespace Analytics.Tests.Kafka;

/// <summary>A message of text, to be sent or as it was read.</summary>
/// <param name="Value">The value; null for none.</param>
internal sealed record KafkaMessage(string? Value)
{
    /// <summary>The key; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>The partition; null to let the client choose by the key.</summary>
    public int? Partition { get; init; }

    /// <summary>Where it was found.</summary>
    public long Offset { get; init; }

    /// <summary>Milliseconds since 1970; null to let the client choose, or when the broker keeps none.</summary>
    public long? TimestampMs { get; init; }

    /// <summary>Names and values, in order; a name may come twice.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];
}
