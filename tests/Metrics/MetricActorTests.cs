// Goal: an actor that leaves makes the next one's start cheap, and one whose table was changed behind its back says so and starts over.
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Configuration;
using Analytics.Grains.Metrics;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Columns;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class MetricActorTests(EngineFixture engine) : IAsyncLifetime
{
    private HostedActor _metric = null!;
    private long _nextOffset;

    public async ValueTask InitializeAsync() => _metric = await HostedActor.CreateAsync(engine, new MetricOptions { SnapshotMinutes = 0 }, new FailureLog());

    public ValueTask DisposeAsync()
    {
        _metric.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_leaves_is_saved_and_the_next_one_begins_with_it()
    {
        await TakeAsync(3);
        await LeaveAsync();
        Assert.True((await StoredAsync()).IsFromSnapshot);
        _metric.Start();
        await TakeAsync(2);
        await LeaveAsync();
        var stored = await StoredAsync();
        Assert.True(stored.IsFromSnapshot);
        Assert.Equal(5, stored.Live.Total);
    }

    [Fact]
    public async Task A_state_that_was_made_from_the_whole_table_is_saved_although_nothing_was_added()
    {
        await TakeAsync(3);
        await LeaveAsync();
        await ForgetAsync();
        Assert.False((await StoredAsync()).IsFromSnapshot);
        _metric.Start();
        Assert.Equal(3, (await _metric.Actor.GetSnapshotAsync())!.Total);
        await LeaveAsync();
        Assert.True((await StoredAsync()).IsFromSnapshot);
    }

    [Fact]
    public async Task An_actor_that_nobody_has_asked_anything_saves_nothing()
    {
        await TakeAsync(3);
        await LeaveAsync();
        await ForgetAsync();
        _metric.Start();
        await LeaveAsync();
        var stored = await StoredAsync();
        Assert.False(stored.IsFromSnapshot);
        Assert.Equal(3, stored.Live.Total);
    }

    [Fact]
    public async Task Rows_deleted_by_somebody_are_drift_and_the_actor_starts_over_without_saving()
    {
        await TakeAsync(3);
        await _metric.Actor.FlushAsync();
        Assert.False(_metric.Host.IsLeaving);
        Assert.Equal(0, (await _metric.Actor.GetSnapshotAsync())!.Drift);
        await _metric.ClickHouse.ExecuteAsync($"ALTER TABLE {Table} DELETE WHERE n = 1 SETTINGS mutations_sync = 2");
        await TakeAsync(1);
        await _metric.Actor.FlushAsync();
        Assert.True(_metric.Host.IsLeaving);
        Assert.Equal(-1, (await _metric.Actor.GetSnapshotAsync())!.Drift);
        await LeaveAsync();
        _metric.Start();
        var live = (await _metric.Actor.GetSnapshotAsync())!;
        Assert.Equal((3, 0), (live.Total, live.Drift));
    }

    [Fact]
    public async Task A_batch_is_held_until_it_is_acknowledged_and_no_longer()
    {
        var origin = await TakeAsync(1);
        Assert.True(await _metric.Actor.HoldsAsync(new(0, origin.Epoch, origin.ChunkId, origin.ChunkIndex)));
        Assert.False(await _metric.Actor.HoldsAsync(new(0, origin.Epoch, origin.ChunkId + 1, origin.ChunkIndex)));
        await _metric.Actor.FlushAsync();
        Assert.False(await _metric.Actor.HoldsAsync(new(0, origin.Epoch, origin.ChunkId, origin.ChunkIndex)));
    }

    private string Table => SqlText.Table(_metric.Project, "m");

    private async Task<BatchOrigin> TakeAsync(int rowCount)
    {
        var origin = new BatchOrigin(0, 1, 0, -1, _nextOffset, 0);
        var rows = Enumerable.Range(0, rowCount).Select(_ => _nextOffset++).Select(offset => new TestRow
        {
            Offset = offset,
            Fields = new Dictionary<string, TestValue> { ["n"] = TestValue.Int(offset) },
        });
        await _metric.Actor.TakeAsync([Batches.Of(origin, rows, _metric.Project, "m")]);
        return origin;
    }

    private Task ForgetAsync() =>
        _metric.ClickHouse.ExecuteAsync($"ALTER TABLE analytics.state DELETE WHERE grain = {SqlText.Literal($"{_metric.Project}/m")} SETTINGS mutations_sync = 2");

    private Task LeaveAsync() => _metric.LeaveAsync();

    private Task<StoredMetric> StoredAsync() => _metric.Services.OpenStore(_metric.Project, "m").LoadAsync(CancellationToken.None);
}
