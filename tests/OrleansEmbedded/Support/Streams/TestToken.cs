using Orleans.Streams;

namespace Analytics.Tests.OrleansEmbedded.Support.Streams;

internal sealed class TestToken(long number) : StreamSequenceToken
{
    public override long SequenceNumber { get; protected set; } = number;

    public override int EventIndex { get; protected set; }

    public override bool Equals(StreamSequenceToken? other) => other is not null && SequenceNumber == other.SequenceNumber;

    public override bool Equals(object? obj) => Equals(obj as StreamSequenceToken);

    public override int GetHashCode() => SequenceNumber.GetHashCode();

    public override int CompareTo(StreamSequenceToken? other) => SequenceNumber.CompareTo(other!.SequenceNumber);

    public override string ToString() => $"{SequenceNumber}";
}
