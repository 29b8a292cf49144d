// Goal: what waits for a stream is handed out in order and together, leaves only when the agent moves on without a failure, is offered again without
// end otherwise, and disappears when its epoch ends. The bytes held are counted exactly: they decide when reading pauses.
using Analytics.Grains.Metrics;
using Analytics.Silo.Ingest.Streams;
using Analytics.Tests.Live;
using Xunit;
using static Analytics.Tests.Streams.Streams;

namespace Analytics.Tests.Streams;

public sealed class MetricQueueCacheTests
{
    private readonly MetricQueueCache _cache = new(long.MaxValue, new HeldMemory(long.MaxValue));

    public MetricQueueCacheTests() => _cache.Begin(0, 1);

    [Fact]
    public void All_that_waits_for_a_stream_is_handed_out_at_once_in_order()
    {
        var (a, b, other) = (Batch("m", 1), Batch("m", 2), Batch("other", 3));
        _cache.AddToCache(Containers(a, other, b));
        var cursor = _cache.GetCacheCursor(Id("m"));
        Assert.Empty(cursor.Current());
        Assert.True(cursor.MoveNext());
        Assert.Equal([a, b], cursor.Current());
        Assert.Equal([a, b], cursor.Current());
        Assert.False(cursor.MoveNext());
        Assert.Empty(cursor.Current());
        Assert.Equal(other.SizeBytes, _cache.SizeBytes);
    }

    [Fact]
    public void A_hand_over_has_a_limit_of_rows_but_one_batch_at_least()
    {
        var (a, b, c) = (Batch("m", 0, 65_000), Batch("m", 100_000, 1000), Batch("m", 200_000, 70_000));
        _cache.AddToCache(Containers(a, b, c));
        var cursor = _cache.GetCacheCursor(Id("m"));
        Assert.True(cursor.MoveNext());
        Assert.Equal([a], cursor.Current());
        Assert.True(cursor.MoveNext());
        Assert.Equal([b], cursor.Current());
        Assert.True(cursor.MoveNext());
        Assert.Equal([c], cursor.Current());
        Assert.False(cursor.MoveNext());
        Assert.Equal(0, _cache.SizeBytes);
    }

    [Fact]
    public void Moving_on_means_delivered_and_frees_the_bytes()
    {
        var (a, b) = (Batch("m", 1), Batch("m", 2, 5));
        _cache.AddToCache(Containers(a));
        var cursor = _cache.GetCacheCursor(Id("m"));
        Assert.True(cursor.MoveNext());
        _cache.AddToCache(Containers(b));
        Assert.Equal(a.SizeBytes + b.SizeBytes, _cache.SizeBytes);
        Assert.True(cursor.MoveNext());
        Assert.Equal(b.SizeBytes, _cache.SizeBytes);
        Assert.Equal([b], cursor.Current());
        Assert.False(cursor.MoveNext());
        Assert.Equal(0, _cache.SizeBytes);
    }

    [Fact]
    public void A_failed_delivery_is_offered_again_without_end_and_before_anything_newer()
    {
        var (a, b) = (Batch("m", 1), Batch("m", 2));
        _cache.AddToCache(Containers(a));
        var cursor = _cache.GetCacheCursor(Id("m"));
        Assert.True(cursor.MoveNext());
        _cache.AddToCache(Containers(b));
        for (var i = 0; i < 100; i++)
        {
            cursor.RecordDeliveryFailure();
            Assert.True(cursor.MoveNext());
            Assert.Equal([a], cursor.Current());
        }

        Assert.True(cursor.MoveNext());
        Assert.Equal([b], cursor.Current());
        Assert.Equal(b.SizeBytes, _cache.SizeBytes);
    }

    [Fact]
    public void A_failure_with_nothing_in_hand_changes_nothing()
    {
        var cursor = _cache.GetCacheCursor(Id("m"));
        cursor.RecordDeliveryFailure();
        Assert.False(cursor.MoveNext());
        _cache.AddToCache(Containers(Batch("m", 1)));
        Assert.True(cursor.MoveNext());
        Assert.False(cursor.MoveNext());
        Assert.Equal(0, _cache.SizeBytes);
    }

    [Fact]
    public void A_cursor_that_is_dropped_leaves_what_it_had_in_hand_to_the_next()
    {
        var (a, b) = (Batch("m", 1), Batch("m", 2));
        _cache.AddToCache(Containers(a));
        var dropped = _cache.GetCacheCursor(Id("m"));
        Assert.True(dropped.MoveNext());
        dropped.Dispose();
        _cache.AddToCache(Containers(b));
        var cursor = _cache.GetCacheCursor(Id("m"));
        Assert.True(cursor.MoveNext());
        Assert.Equal([a, b], cursor.Current());
        Assert.False(cursor.MoveNext());
        Assert.Equal(0, _cache.SizeBytes);
    }

    [Fact]
    public void A_new_epoch_drops_what_waits_of_the_old_one()
    {
        var now = Batch("m", 1, epoch: 2);
        _cache.AddToCache(Containers(Batch("m", 1), Batch("m", 2), Batch("other", 3)));
        _cache.Begin(0, 2);
        Assert.Equal(0, _cache.SizeBytes);
        _cache.AddToCache(Containers(now));
        var cursor = _cache.GetCacheCursor(Id("m"));
        Assert.True(cursor.MoveNext());
        Assert.Equal([now], cursor.Current());
        Assert.False(_cache.GetCacheCursor(Id("other")).MoveNext());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_new_epoch_of_one_partition_leaves_what_waits_of_another(bool hasFailed)
    {
        var (stale, other, now) = (Batch("m", 1), Batch("m", 7, partition: 1), Batch("m", 1, epoch: 2));
        _cache.AddToCache(Containers(stale, other));
        var cursor = _cache.GetCacheCursor(Id("m"));
        Assert.True(cursor.MoveNext());
        Assert.Equal([stale, other], cursor.Current());
        _cache.Begin(0, 2);
        Assert.Equal(other.SizeBytes, _cache.SizeBytes);
        _cache.AddToCache(Containers(now));
        if (hasFailed)
        {
            cursor.RecordDeliveryFailure();
        }

        Assert.True(cursor.MoveNext());
        Assert.Equal(hasFailed ? [other, now] : [now], cursor.Current());
        Assert.False(cursor.MoveNext());
        Assert.Equal(0, _cache.SizeBytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_in_hand_when_its_epoch_ended_is_not_offered_again(bool hasFailed)
    {
        var now = Batch("m", 1, epoch: 2);
        _cache.AddToCache(Containers(Batch("m", 1)));
        var cursor = _cache.GetCacheCursor(Id("m"));
        Assert.True(cursor.MoveNext());
        _cache.Begin(0, 2);
        Assert.Equal(0, _cache.SizeBytes);
        _cache.AddToCache(Containers(now));
        if (hasFailed)
        {
            cursor.RecordDeliveryFailure();
        }

        Assert.True(cursor.MoveNext());
        Assert.Equal([now], cursor.Current());
        Assert.Equal(now.SizeBytes, _cache.SizeBytes);
        Assert.False(cursor.MoveNext());
        Assert.Equal(0, _cache.SizeBytes);
    }

    [Fact]
    public void Pressure_begins_at_the_limit_and_ends_below_it()
    {
        var (a, b) = (Batch("m", 1), Batch("m", 2));
        var cache = new MetricQueueCache(a.SizeBytes + b.SizeBytes, new HeldMemory(long.MaxValue));
        Assert.False(cache.IsUnderPressure());
        cache.AddToCache(Containers(a));
        Assert.False(cache.IsUnderPressure());
        var cursor = cache.GetCacheCursor(Id("m"));
        Assert.True(cursor.MoveNext());
        cache.AddToCache(Containers(b));
        Assert.True(cache.IsUnderPressure());
        Assert.True(cursor.MoveNext());
        Assert.False(cache.IsUnderPressure());
    }

    [Fact]
    public void The_agent_may_always_read_and_is_never_told_to_confirm_from_the_cache()
    {
        _cache.AddToCache(Containers(Batch("m", 1)));
        Assert.True(_cache.GetMaxAddCount() > 0);
        Assert.False(_cache.TryPurgeFromCache(out var purged));
        Assert.Null(purged);
    }

    [Fact]
    public void Forgetting_idle_streams_takes_nothing_from_those_that_wait_or_come_back()
    {
        var cursor = _cache.GetCacheCursor(Id("m"));
        _cache.AddToCache(Containers(Batch("m", 1)));
        Assert.True(cursor.MoveNext());
        Assert.False(cursor.MoveNext());
        var waiting = Batch("waiting", 1);
        _cache.AddToCache(Containers(waiting));
        for (var i = 0; i < 10_001; i++)
        {
            var once = $"once-{i}";
            _cache.AddToCache(Containers(Batch(once, i)));
            var reader = _cache.GetCacheCursor(Id(once));
            Assert.True(reader.MoveNext());
            Assert.False(reader.MoveNext());
        }

        var back = Batch("m", 50_000);
        _cache.AddToCache(Containers(back));
        Assert.True(cursor.MoveNext());
        Assert.Equal([back], cursor.Current());
        var other = _cache.GetCacheCursor(Id("waiting"));
        Assert.True(other.MoveNext());
        Assert.Equal([waiting], other.Current());
    }

    [Fact]
    public void An_agent_that_does_anything_delivers_everything_in_order() => Seeded.Run(200, static random => new AgentSimulation(random).Run());
}
