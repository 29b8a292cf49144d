// Goal: a container gives its batches in order, each with a place in the log that orders as the log does.
using Analytics.GrainInterfaces.Batches;
using Analytics.Silo.Ingest.Streams;
using Xunit;
using static Analytics.Tests.Streams.Streams;

namespace Analytics.Tests.Streams;

public sealed class MetricBatchesTests
{
    [Fact]
    public void Batches_come_out_in_order_with_their_places()
    {
        var (a, b) = (Batch("m", 5, 3), Batch("m", 9));
        var container = new MetricBatches(Id("m"), [a, b]);
        Assert.Equal([(a, 5L), (b, 9L)], container.GetEvents<EventBatch>().Select(item => (item.Item1, item.Item2.SequenceNumber)));
        Assert.Equal(new LogSequenceToken(5, 0), container.SequenceToken);
        Assert.Equal(Id("m"), container.StreamId);
        Assert.False(container.ImportRequestContext());
    }

    [Fact]
    public void Consumers_of_another_type_get_nothing() => Assert.Empty(new MetricBatches(Id("m"), [Batch("m", 5)]).GetEvents<string>());

    [Fact]
    public void Places_order_by_offset_then_by_batch()
    {
        LogSequenceToken[] ordered = [new(1, 0), new(1, 2), new(2, 0), new(2, 1)];
        for (var i = 0; i < ordered.Length; i++)
        {
            for (var j = 0; j < ordered.Length; j++)
            {
                Assert.Equal(i.CompareTo(j), Math.Sign(ordered[i].CompareTo(ordered[j])));
                Assert.Equal(i == j, ordered[i].Equals(ordered[j]));
                Assert.Equal(i == j, ordered[i].Equals((object)ordered[j]));
            }
        }

        Assert.True(ordered[0].CompareTo(null) > 0);
        Assert.False(ordered[0].Equals(null));
        Assert.Equal(new LogSequenceToken(1, 2).GetHashCode(), ordered[1].GetHashCode());
    }
}
