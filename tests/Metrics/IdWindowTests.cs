// Goal: an id is recognised while it is among the newest and was received within the window, and forgotten exactly beyond either; in steady state
// that costs no objects, and an id a few dozen bytes.
using System.Text;
using Analytics.Grains.Metrics;
using Analytics.Tests.Live;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class IdWindowTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly long HourMs = (long)Hour.TotalMilliseconds;

    [Fact]
    public void A_repeat_is_recognised_and_another_id_is_not()
    {
        var ids = new IdWindow(10, Hour);
        Assert.True(ids.TryAdd("a"u8, 0));
        Assert.False(ids.TryAdd("a"u8, 0));
        Assert.True(ids.TryAdd("A"u8, 0));
        Assert.True(ids.TryAdd("a "u8, 0));
        Assert.Equal(3, ids.Count);
    }

    [Fact]
    public void The_oldest_leaves_for_the_newest()
    {
        var ids = new IdWindow(2, Hour);
        Assert.True(ids.TryAdd("a"u8, 0));
        Assert.True(ids.TryAdd("b"u8, 0));
        Assert.False(ids.TryAdd("a"u8, 0));
        Assert.True(ids.TryAdd("c"u8, 0));
        Assert.Equal(2, ids.Count);
        Assert.False(ids.TryAdd("b"u8, 0));
        Assert.False(ids.TryAdd("c"u8, 0));
        Assert.True(ids.TryAdd("a"u8, 0));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(3_600_000, false)]
    [InlineData(3_600_001, true)]
    [InlineData(-10_000_000, false)]
    public void An_id_comes_back_for_good_a_moment_after_the_window(long laterMs, bool isNew)
    {
        var ids = new IdWindow(10, Hour);
        Assert.True(ids.TryAdd("a"u8, 5_000_000));
        Assert.Equal(isNew, ids.TryAdd("a"u8, 5_000_000 + laterMs));
    }

    [Fact]
    public void A_repeat_does_not_prolong_the_window_and_a_new_taking_begins_one()
    {
        var ids = new IdWindow(10, Hour);
        Assert.True(ids.TryAdd("a"u8, 0));
        Assert.False(ids.TryAdd("a"u8, HourMs));
        Assert.True(ids.TryAdd("a"u8, HourMs + 1));
        Assert.False(ids.TryAdd("a"u8, HourMs + HourMs + 1));
        Assert.Equal(1, ids.Count);
    }

    [Fact]
    public void An_id_taken_again_keeps_its_later_taking_when_the_first_one_leaves()
    {
        var ids = new IdWindow(3, Hour);
        Assert.True(ids.TryAdd("a"u8, 0));
        Assert.True(ids.TryAdd("b"u8, 0));
        Assert.True(ids.TryAdd("a"u8, HourMs + 1));
        Assert.True(ids.TryAdd("c"u8, HourMs + 1));
        Assert.False(ids.TryAdd("a"u8, HourMs + 2));
        Assert.True(ids.TryAdd("d"u8, HourMs + 2));
        Assert.False(ids.TryAdd("a"u8, HourMs + 2));
        Assert.True(ids.TryAdd("e"u8, HourMs + 2));
        Assert.True(ids.TryAdd("a"u8, HourMs + 2));
    }

    [Fact]
    public void A_window_of_one_knows_the_last_id()
    {
        var ids = new IdWindow(1, Hour);
        Assert.True(ids.TryAdd("a"u8, 0));
        Assert.False(ids.TryAdd("a"u8, 0));
        Assert.True(ids.TryAdd("b"u8, 0));
        Assert.True(ids.TryAdd("a"u8, 0));
        Assert.Equal(1, ids.Count);
    }

    [Fact]
    public void It_is_a_queue_of_takings()
    {
        Seeded.Run(200, static random =>
        {
            var max = random.Next(1, 60);
            var (ids, oracle) = (new IdWindow(max, TimeSpan.FromMilliseconds(50)), new List<(string Id, long ReceivedMs)>());
            for (var i = 0; i < 400; i++)
            {
                var (id, receivedMs) = ($"id-{random.Next(80)}", i + random.Next(-20, 20));
                var last = oracle.FindLast(taken => taken.Id == id);
                var isNew = last.Id is null || receivedMs - last.ReceivedMs > 50;
                Assert.Equal(isNew, ids.TryAdd(Encoding.UTF8.GetBytes(id), receivedMs));
                if (isNew)
                {
                    oracle.Add((id, receivedMs));
                    oracle.RemoveRange(0, Math.Max(0, oracle.Count - max));
                }

                Assert.Equal(oracle.DistinctBy(taken => taken.Id).Count(), ids.Count);
            }
        });
    }

    [Fact]
    public void A_full_window_allocates_nothing_and_an_id_takes_at_most_64_bytes()
    {
        const int IdsMax = 100_000;
        var id = new byte[16];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var ids = new IdWindow(IdsMax, Hour);
        var filledMs = Fill(ids, id, 0, IdsMax);
        var grownBytes = GC.GetAllocatedBytesForCurrentThread() - before;
        before = GC.GetAllocatedBytesForCurrentThread();
        Fill(ids, id, filledMs, IdsMax);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(IdsMax, ids.Count);

        // Growing by half each time allocates three times what is held at the end.
        Assert.InRange(grownBytes / 3.0 / IdsMax, 16, 64);
    }

    private static long Fill(IdWindow ids, byte[] id, long fromMs, int count)
    {
        for (var i = 0; i < count; i++)
        {
            BitConverter.TryWriteBytes(id, fromMs + i);
            ids.TryAdd(id, fromMs + i);
        }

        return fromMs + count;
    }
}
