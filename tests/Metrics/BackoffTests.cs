// Goal: waits after failures double from a tenth of a second to fifteen, are cut by chance by a half at most, and begin later for too many parts.
using Analytics.Grains.Metrics;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(1, 0, 100)]
    [InlineData(2, 241, 200)]
    [InlineData(5, 0, 1600)]
    [InlineData(8, 0, 12_800)]
    [InlineData(9, 0, 15_000)]
    [InlineData(int.MaxValue, 0, 15_000)]
    [InlineData(1, 252, 2000)]
    [InlineData(2, 252, 4000)]
    [InlineData(4, 252, 15_000)]
    public void A_wait_is_between_half_and_all_of_its_longest(int attempt, int code, int longestMs)
    {
        var random = new Random(1);
        var waits = Enumerable.Range(0, 200).Select(_ => Backoff.AfterInsert(attempt, code, random).TotalMilliseconds).ToArray();
        Assert.All(waits, ms => Assert.InRange(ms, longestMs / 2.0, longestMs));
        Assert.True(waits.Max() - waits.Min() > longestMs * 0.4);
    }

    [Fact]
    public void The_same_seed_gives_the_same_waits() =>
        Assert.Equal(Backoff.AfterInsert(3, 0, new Random(5)), Backoff.AfterInsert(3, 0, new Random(5)));
}
