// Goal: of the two counts that were saved before a block, the one holds that the table proves; no repeat is counted twice and none is forgotten.
using Analytics.GrainInterfaces.Ledger;
using Analytics.Grains.Metrics;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class DuplicateStateTests
{
    private static readonly DuplicateCount Before = new(3, new Dictionary<int, long> { [0] = 10 });

    [Fact]
    public void A_count_goes_on_with_the_batches_that_are_settled()
    {
        var next = Before.Add([Batch(0, 12, 1), Batch(1, 5, 0), Batch(0, 11, 2)]);
        Assert.Equal(6, next.Total);
        Assert.Equal(new Dictionary<int, long> { [0] = 12, [1] = 5 }, next.Positions);
        Assert.Equal(10, Before.Positions[0]);
    }

    [Theory]
    [InlineData(12, 5, true)]
    [InlineData(99, 99, true)]
    [InlineData(11, 5, false)]
    [InlineData(12, 4, false)]
    [InlineData(12, -1, false)]
    [InlineData(-1, -1, false)]
    public void The_next_count_holds_once_the_table_has_all_that_the_block_had(long inFirst, long inSecond, bool isNext)
    {
        var next = Before.Add([Batch(0, 13, 1), Batch(1, 5, 0)]);
        var state = new DuplicateState(Before, next, new Dictionary<int, long> { [0] = 12, [1] = 5 });
        var positions = new Dictionary<int, long> { [0] = inFirst, [1] = inSecond }.Where(pair => pair.Value >= 0).ToDictionary();
        Assert.Same(isNext ? next : Before, state.Resolve(positions));
    }

    [Fact]
    public void A_block_without_rows_needs_no_proof()
    {
        var next = Before.Add([Batch(2, 1, 4)]);
        Assert.Same(next, new DuplicateState(Before, next, new Dictionary<int, long>()).Resolve(new Dictionary<int, long>()));
    }

    [Fact]
    public void Nothing_saved_is_nothing_counted() => Assert.Equal(0, DuplicateState.None.Resolve(new Dictionary<int, long> { [0] = 7 }).Total);

    private static TakenBatch Batch(int partition, long lastOffset, long duplicates) => new(new BatchAcknowledgement(partition, 1, 0, 0), lastOffset, duplicates);
}
