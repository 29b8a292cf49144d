using Orleans.Runtime;
using Orleans.Streams;

namespace Analytics.Tests.OrleansEmbedded.Support.Streams;

internal sealed class TestBatch(StreamId stream, long number, int[] values) : IBatchContainer
{
    public StreamId StreamId => stream;

    public StreamSequenceToken SequenceToken { get; } = new TestToken(number);

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() => values.OfType<T>().Select(value => Tuple.Create(value, SequenceToken));

    public bool ImportRequestContext() => false;
}
