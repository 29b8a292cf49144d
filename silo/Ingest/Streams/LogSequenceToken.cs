using Orleans;
using Orleans.Streams;

namespace Analytics.Silo.Ingest.Streams;

/// <summary>A place in a queue's order: the offset of a batch's first row, and the batch's index in its chunk. The runtime compares tokens; our cache does not need them.</summary>
[GenerateSerializer, Immutable, Alias("analytics.LogSequenceToken")]
public sealed class LogSequenceToken : StreamSequenceToken
{
    /// <summary>A place.</summary>
    /// <param name="offset">Log offset.</param>
    /// <param name="eventIndex">Index of the batch in its chunk.</param>
    public LogSequenceToken(long offset, int eventIndex)
    {
        SequenceNumber = offset;
        EventIndex = eventIndex;
    }

    /// <inheritdoc />
    [Id(0)]
    public override long SequenceNumber { get; protected set; }

    /// <inheritdoc />
    [Id(1)]
    public override int EventIndex { get; protected set; }

    /// <inheritdoc />
    public override bool Equals(StreamSequenceToken? other) =>
        other is LogSequenceToken token && token.SequenceNumber == SequenceNumber && token.EventIndex == EventIndex;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as StreamSequenceToken);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(SequenceNumber, EventIndex);

    /// <inheritdoc />
    public override int CompareTo(StreamSequenceToken? other)
    {
        if (other is null)
        {
            return 1;
        }

        var byOffset = SequenceNumber.CompareTo(other.SequenceNumber);
        return byOffset != 0 ? byOffset : EventIndex.CompareTo(other.EventIndex);
    }
}
