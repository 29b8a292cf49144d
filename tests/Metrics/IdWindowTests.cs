// Goal: an id is recognised while it is among the newest, and forgotten exactly when a newer one takes its place.
using System.Text;
using Analytics.Grains.Metrics;
using Analytics.Tests.Live;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class IdWindowTests
{
    [Fact]
    public void A_repeat_is_recognised_and_another_id_is_not()
    {
        var ids = new IdWindow(10);
        Assert.True(ids.TryAdd("a"u8));
        Assert.False(ids.TryAdd("a"u8));
        Assert.True(ids.TryAdd("A"u8));
        Assert.True(ids.TryAdd("a "u8));
        Assert.Equal(3, ids.Count);
    }

    [Fact]
    public void The_oldest_leaves_for_the_newest()
    {
        var ids = new IdWindow(2);
        Assert.True(ids.TryAdd("a"u8));
        Assert.True(ids.TryAdd("b"u8));
        Assert.False(ids.TryAdd("a"u8));
        Assert.True(ids.TryAdd("c"u8));
        Assert.Equal(2, ids.Count);
        Assert.False(ids.TryAdd("b"u8));
        Assert.False(ids.TryAdd("c"u8));
        Assert.True(ids.TryAdd("a"u8));
    }

    [Fact]
    public void A_window_of_one_knows_the_last_id()
    {
        var ids = new IdWindow(1);
        Assert.True(ids.TryAdd("a"u8));
        Assert.False(ids.TryAdd("a"u8));
        Assert.True(ids.TryAdd("b"u8));
        Assert.True(ids.TryAdd("a"u8));
        Assert.Equal(1, ids.Count);
    }

    [Fact]
    public void It_is_a_queue_of_different_ids()
    {
        Seeded.Run(100, static random =>
        {
            var max = random.Next(1, 20);
            var (ids, oracle) = (new IdWindow(max), new List<string>());
            for (var i = 0; i < 300; i++)
            {
                var id = $"id-{random.Next(30)}";
                Assert.Equal(!oracle.Contains(id), ids.TryAdd(Encoding.UTF8.GetBytes(id)));
                if (!oracle.Contains(id))
                {
                    oracle.Add(id);
                    oracle.RemoveRange(0, Math.Max(0, oracle.Count - max));
                }

                Assert.Equal(oracle.Count, ids.Count);
            }
        });
    }
}
