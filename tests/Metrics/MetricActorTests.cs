// Goal: an actor that leaves makes the next one's start cheap, and one whose table was changed behind its back says so and starts over.
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Grains.Configuration;
using Analytics.Grains.Metrics;
using Analytics.Grains.Tables;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Columns;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class MetricActorTests(EngineFixture engine) : IAsyncLifetime
{
    private EmbeddedClickHouse _clickHouse = null!;
    private string _project = null!;
    private MetricServices _services = null!;
    private ActorHost _host = null!;
    private MetricActor _actor = null!;
    private long _nextOffset;

    public async ValueTask InitializeAsync()
    {
        _clickHouse = await engine.OpenAsync();
        _project = await engine.NewDatabaseAsync();
        await SystemTables.EnsureAsync(_clickHouse, CancellationToken.None);
        _services = new MetricServices(
            _clickHouse, new InsertScheduler(_clickHouse, 10_000, 4, TimeProvider.System), new FlushOptions(), new MetricOptions { SnapshotMinutes = 0 },
            new LimitsOptions(), TimeProvider.System, new FailureLog(), new MetricInstruments());
        Start();
    }

    public ValueTask DisposeAsync()
    {
        _actor.Dispose();
        _services.Inserts.Dispose();
        _services.Instruments.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_leaves_is_saved_and_the_next_one_begins_with_it()
    {
        await TakeAsync(3);
        await LeaveAsync();
        Assert.True((await StoredAsync()).IsFromSnapshot);
        Start();
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
        Start();
        Assert.Equal(3, (await _actor.GetSnapshotAsync())!.Total);
        await LeaveAsync();
        Assert.True((await StoredAsync()).IsFromSnapshot);
    }

    [Fact]
    public async Task An_actor_that_nobody_has_asked_anything_saves_nothing()
    {
        await TakeAsync(3);
        await LeaveAsync();
        await ForgetAsync();
        Start();
        await LeaveAsync();
        var stored = await StoredAsync();
        Assert.False(stored.IsFromSnapshot);
        Assert.Equal(3, stored.Live.Total);
    }

    [Fact]
    public async Task Rows_deleted_by_somebody_are_drift_and_the_actor_starts_over_without_saving()
    {
        await TakeAsync(3);
        await _actor.FlushAsync();
        Assert.False(_host.IsLeaving);
        Assert.Equal(0, (await _actor.GetSnapshotAsync())!.Drift);
        await _clickHouse.ExecuteAsync($"ALTER TABLE {Table} DELETE WHERE n = 1 SETTINGS mutations_sync = 2");
        await TakeAsync(1);
        await _actor.FlushAsync();
        Assert.True(_host.IsLeaving);
        Assert.Equal(-1, (await _actor.GetSnapshotAsync())!.Drift);
        await LeaveAsync();
        Start();
        var live = (await _actor.GetSnapshotAsync())!;
        Assert.Equal((3, 0), (live.Total, live.Drift));
    }

    [Fact]
    public async Task A_batch_is_held_until_it_is_acknowledged_and_no_longer()
    {
        var origin = await TakeAsync(1);
        Assert.True(await _actor.HoldsAsync(new(0, origin.Epoch, origin.ChunkId, origin.ChunkIndex)));
        Assert.False(await _actor.HoldsAsync(new(0, origin.Epoch, origin.ChunkId + 1, origin.ChunkIndex)));
        await _actor.FlushAsync();
        Assert.False(await _actor.HoldsAsync(new(0, origin.Epoch, origin.ChunkId, origin.ChunkIndex)));
    }

    private string Table => SqlText.Table(_project, "m");

    private void Start()
    {
        _actor?.Dispose();
        _host = new ActorHost();
        _actor = new MetricActor(_host, _project, "m", _services);
    }

    private async Task<BatchOrigin> TakeAsync(int rowCount)
    {
        var origin = new BatchOrigin(0, 1, 0, -1, _nextOffset, 0);
        var rows = Enumerable.Range(0, rowCount).Select(_ => _nextOffset++).Select(offset => new TestRow
        {
            Offset = offset,
            Fields = new Dictionary<string, TestValue> { ["n"] = TestValue.Int(offset) },
        });
        await _actor.TakeAsync([Batches.Of(origin, rows, _project, "m")]);
        return origin;
    }

    private Task ForgetAsync() =>
        _clickHouse.ExecuteAsync($"ALTER TABLE analytics.state DELETE WHERE grain = {SqlText.Literal($"{_project}/m")} SETTINGS mutations_sync = 2");

    private Task LeaveAsync() => _actor.LeaveAsync(CancellationToken.None);

    private Task<StoredMetric> StoredAsync() => _services.OpenStore(_project, "m").LoadAsync(CancellationToken.None);
}
