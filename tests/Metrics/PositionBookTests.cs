// Goal: a gap before a batch is seen exactly when its receiver handed over something that is neither durable by the epoch's start nor taken here.
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Metrics;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class PositionBookTests
{
    private readonly PositionBook _book = new();

    [Theory]
    [InlineData(99, 100, -1, false)]
    [InlineData(100, 100, -1, true)]
    [InlineData(100, 100, 99, true)]
    [InlineData(100, 100, 100, false)]
    [InlineData(100, 100, 101, false)]
    [InlineData(150, 100, 149, true)]
    [InlineData(150, 100, 150, false)]
    [InlineData(-1, 0, -1, false)]
    [InlineData(0, 0, -1, true)]
    [InlineData(0, 0, 0, false)]
    public void A_gap_is_what_was_handed_over_and_is_not_known(long preceding, long epochStart, long taken, bool isGap)
    {
        if (taken >= 0)
        {
            _book.Take(2, taken);
        }

        Assert.Equal(isGap, _book.HasGapBefore(new BatchOrigin(2, 1, epochStart, preceding, 0, 0)));
    }

    [Fact]
    public void Partitions_do_not_know_of_each_other()
    {
        _book.Take(1, 100);
        Assert.True(_book.HasGapBefore(new BatchOrigin(2, 1, 0, 50, 0, 0)));
        Assert.Equal(-1, _book.TakenOffset(2));
    }

    [Fact]
    public void Positions_never_go_back()
    {
        _book.Take(0, 10);
        _book.Take(0, 5);
        Assert.Equal(10, _book.TakenOffset(0));
        _book.MakeDurable(0, 10);
        _book.MakeDurable(0, 5);
        Assert.Equal(10, _book.DurableOffset(0));
    }

    [Fact]
    public void Taken_is_not_durable()
    {
        _book.Take(0, 10);
        Assert.Equal(-1, _book.DurableOffset(0));
        Assert.Empty(_book.DescribeDurable());
    }

    [Fact]
    public void What_the_table_has_is_both_taken_and_durable_and_what_is_settled_beyond_it_is_taken()
    {
        _book.Restore(new Dictionary<int, long> { [3] = 7, [1] = 9 }, new Dictionary<int, long> { [3] = 8, [1] = 2, [5] = 0 });
        Assert.Equal((9, 8, 0), (_book.TakenOffset(1), _book.TakenOffset(3), _book.TakenOffset(5)));
        Assert.Equal([new PartitionPosition(1, 9), new PartitionPosition(3, 7)], _book.DescribeDurable());
    }
}
