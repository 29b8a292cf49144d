namespace Analytics.Silo.Log.Kafka;

/// <summary>Why a partition cannot be read on.</summary>
/// <param name="Code">One of <see cref="Native.RdKafkaError"/>.</param>
/// <param name="Text">The library's own words.</param>
internal sealed record KafkaFailure(int Code, string Text)
{
    /// <summary>Whether the next offset is not in the partition.</summary>
    public bool IsOutOfRange => Code is Native.RdKafkaError.OffsetReset or Native.RdKafkaError.OffsetOutOfRange or Native.RdKafkaError.LogTruncation;
}
