// Goal: a ring has the counts of the slots that are kept by now, whatever came before or between them and in whatever order, and nothing of others.
using Analytics.Grains.Live.Snapshot;
using Analytics.Grains.Live.Windows;
using Xunit;

namespace Analytics.Tests.Live.Windows;

public sealed class CountRingTests
{
    private const long Now = 1_800_000_000_000;
    private const long NowSecond = Now / 1000;

    [Theory]
    [InlineData(-9, 1)]
    [InlineData(-10, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    public void What_is_kept_ends_on_both_sides(int second, int count)
    {
        var ring = new CountRing(1000, 10, 2);
        ring.Add(NowSecond + second, 1, Now);
        Assert.Equal(count, ring[NowSecond + second]);
        Assert.Equal(count, ring.Counted(Now).Count());
    }

    [Fact]
    public void What_is_too_old_by_now_is_not_counted_any_more()
    {
        var ring = new CountRing(1000, 10, 2);
        ring.Add(NowSecond, 7, Now);
        Assert.Equal([(NowSecond, 7L)], ring.Counted(Now + 9_999));
        Assert.Empty(ring.Counted(Now + 10_000));
    }

    [Fact]
    public void A_count_stays_at_its_bound()
    {
        var ring = new CountRing(1000, 10, 2);
        ring.Add(NowSecond, uint.MaxValue, Now);
        ring.Add(NowSecond, 5, Now);
        Assert.Equal(uint.MaxValue, ring[NowSecond]);
    }

    [Fact]
    public void A_clock_that_is_set_back_breaks_nothing()
    {
        var ring = new CountRing(1000, 10, 2);
        ring.Add(NowSecond, 1, Now);
        ring.Add(NowSecond - 100, 1, Now - 100_000);
        ring.Add(NowSecond - 5, 1, Now);
        Assert.Equal([(NowSecond - 5, 1L), (NowSecond, 1L)], ring.Counted(Now));
    }

    [Theory]
    [InlineData(-1, -1)]
    [InlineData(-1000, -1)]
    [InlineData(-1001, -2)]
    [InlineData(0, 0)]
    [InlineData(999, 0)]
    public void Times_before_1970_have_slots_of_their_own(long timeMs, long slot) => Assert.Equal(slot, new CountRing(1000, 1, 0).SlotOf(timeMs));

    [Fact]
    public void It_is_what_a_list_of_all_that_was_counted_says()
    {
        Seeded.Run(300, static random =>
        {
            var (kept, ahead) = (random.Next(1, 60), random.Next(0, 5));
            var ring = new CountRing(1000, kept, ahead);
            var all = new Dictionary<long, long>();
            var nowMs = Now;
            for (var step = random.Next(1, 200); step > 0; step--)
            {
                nowMs += random.Next(3) == 0 ? random.Next(5000) : random.Next(20) == 0 ? random.Next(200_000) : 0;
                var slot = (nowMs / 1000) + random.Next(-kept - 3, ahead + 3);
                var count = random.Next(1, 9);
                ring.Add(slot, count, nowMs);
                if (slot > (nowMs / 1000) - kept && slot <= (nowMs / 1000) + ahead)
                {
                    all[slot] = all.GetValueOrDefault(slot) + count;
                }

                Assert.Equal(all.Where(pair => pair.Key > (nowMs / 1000) - kept).OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)), ring.Counted(nowMs));
                Assert.All(ring.Counted(nowMs), pair => Assert.Equal(pair.Count, ring[pair.Slot]));
            }

            var writer = new SnapshotWriter();
            ring.Save(writer, nowMs);
            Assert.True(SnapshotReader.TryOpen(writer.Seal(), out var reader));
            var restored = new CountRing(1000, kept, ahead);
            restored.Restore(ref reader, nowMs);
            Assert.Equal(ring.Counted(nowMs), restored.Counted(nowMs));
        });
    }
}
