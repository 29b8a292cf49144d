// Goal: an actor whose table, or a column of it, was taken away notices with the next block, saves nothing of what it knew, and the next one knows what the
// table says; all by itself, long before the table's rows are counted again.
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Configuration;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Columns;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class LostDataTests(EngineFixture engine) : IAsyncLifetime
{
    private readonly FailureLog _log = new();
    private HostedActor _metric = null!;
    private long _nextOffset;

    public async ValueTask InitializeAsync() => _metric = await HostedActor.CreateAsync(engine, new MetricOptions(), _log);

    public ValueTask DisposeAsync()
    {
        _metric.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("ALTER TABLE $ DROP COLUMN n SETTINGS mutations_sync = 2", 3, 1)]
    [InlineData("DROP TABLE $ SYNC", 1, 1)]
    public async Task An_actor_whose_table_lost_something_leaves_without_saving(string change, int rows, int values)
    {
        await TakeAsync();
        await TakeAsync();
        await LeaveAndStartAsync();
        Assert.Equal(2, (await _metric.Actor.GetSnapshotAsync())!.Total);
        await _metric.ClickHouse.ExecuteAsync(change.Replace("$", SqlText.Table(_metric.Project, "m"), StringComparison.Ordinal));
        await TakeAsync();
        Assert.True(_metric.Host.IsLeaving);
        Assert.Contains(_log.Messages, message => message.Contains("was taken away and has been made again", StringComparison.Ordinal));
        await LeaveAndStartAsync();
        var live = (await _metric.Actor.GetSnapshotAsync())!;
        Assert.Equal((rows, values), (live.Total, Assert.Single(live.Fields).Count));
        await TakeAsync();
        Assert.False(_metric.Host.IsLeaving);
        Assert.Equal(rows + 1, (await _metric.Actor.GetSnapshotAsync())!.Total);
    }

    [Fact]
    public async Task A_column_or_a_type_that_we_change_ourselves_is_not_lost()
    {
        await TakeAsync();
        await TakeAsync(TestValue.Float(0.5));
        await TakeAsync(TestValue.Int(1), "other");
        Assert.False(_metric.Host.IsLeaving);
    }

    private async Task LeaveAndStartAsync()
    {
        await _metric.LeaveAsync();
        _metric.Start();
    }

    private Task TakeAsync() => TakeAsync(TestValue.Int(_nextOffset));

    private async Task TakeAsync(TestValue value, string field = "n")
    {
        var row = new TestRow { Offset = _nextOffset, Fields = new Dictionary<string, TestValue> { [field] = value } };
        await _metric.Actor.TakeAsync([Batches.Of(new BatchOrigin(0, 1, 0, -1, _nextOffset++, 0), [row], _metric.Project, "m")]);
        await _metric.Actor.FlushAsync();
    }
}
