// Goal: the ring counts what came in the last complete slots, exactly, whatever the order, and nothing outside of them.
using Analytics.Grains.Live;
using Xunit;

namespace Analytics.Tests.Live;

public sealed class RateRingTests
{
    [Fact]
    public void Only_complete_slots_count()
    {
        var ring = new RateRing(1000, 10);
        ring.Add(4_999, 1);
        ring.Add(5_000, 2);
        ring.Add(5_999, 4);
        ring.Add(6_000, 8);

        Assert.Equal(6, ring.SumBefore(6_000, 1));
        Assert.Equal(6, ring.SumBefore(6_999, 1));
        Assert.Equal(8, ring.SumBefore(7_000, 1));
        Assert.Equal(7, ring.SumBefore(6_500, 2));
        Assert.Equal(7, ring.SumBefore(6_500, 9));
        Assert.Equal(0, ring.SumBefore(4_000, 9));
    }

    [Fact]
    public void A_slot_forgets_what_its_place_held_one_turn_before()
    {
        var ring = new RateRing(1000, 10);
        ring.Add(500, 7);
        ring.Add(10_500, 1);
        Assert.Equal(1, ring.SumBefore(11_000, 9));
    }

    [Fact]
    public void A_time_older_than_what_took_its_place_is_ignored()
    {
        var ring = new RateRing(1000, 10);
        ring.Add(10_500, 1);
        ring.Add(500, 7);
        Assert.Equal(1, ring.SumBefore(11_000, 9));
        Assert.Equal(0, ring.SumBefore(1_000, 9));
    }

    [Fact]
    public void Times_before_1970_have_slots_of_their_own()
    {
        var ring = new RateRing(1000, 10);
        ring.Add(-1, 1);
        ring.Add(-1000, 2);
        ring.Add(-1001, 4);
        ring.Add(0, 8);
        Assert.Equal(3, ring.SumBefore(0, 1));
        Assert.Equal(7, ring.SumBefore(0, 2));
        Assert.Equal(8, ring.SumBefore(1000, 1));
    }

    [Fact]
    public void The_sum_is_that_of_the_newest_slots_in_any_order()
    {
        Seeded.Run(200, static random =>
        {
            const int Slots = 20;
            var adds = Enumerable.Range(0, random.Next(1, 300)).Select(_ => (AtMs: random.NextInt64(0, 60_000), Count: random.Next(1, 5))).ToArray();
            var newest = adds.Max(add => add.AtMs) / 1000;
            var nowMs = (newest + random.Next(0, 3)) * 1000;
            var width = random.Next(1, Slots - 1);
            var first = (nowMs / 1000) - width;

            // Only what no newer slot has replaced can be asked for: the ring holds the newest of each place.
            var expected = adds
                .Where(add => add.AtMs / 1000 >= first && add.AtMs / 1000 < nowMs / 1000)
                .Where(add => !adds.Any(other => other.AtMs / 1000 > add.AtMs / 1000 && ((other.AtMs / 1000) - (add.AtMs / 1000)) % Slots == 0))
                .Sum(add => add.Count);
            for (var repeat = 0; repeat < 3; repeat++)
            {
                var ring = new RateRing(1000, Slots);
                Array.ForEach(adds, add => ring.Add(add.AtMs, add.Count));
                Assert.Equal(expected, ring.SumBefore(nowMs, width));
                random.Shuffle(adds);
            }
        });
    }
}
