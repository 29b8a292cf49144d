// Goal: whatever the engine does to a statement, a block's rows are in the table once: a refusal is tried again, an unknown outcome is read back
// first, for as long as it takes; and live state goes on meanwhile.
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Columns;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class MetricPipelineFaultTests(EngineFixture engine) : IAsyncLifetime
{
    private readonly ImpatientTime _time = new();
    private FaultyClickHouse _clickHouse = null!;
    private OneMetric _metric = null!;
    private long _nextOffset;

    public async ValueTask InitializeAsync()
    {
        _clickHouse = new FaultyClickHouse(await engine.OpenAsync());
        _metric = new OneMetric(_clickHouse, await engine.NewDatabaseAsync(), _time);
        await _metric.StartAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("CREATE DATABASE")]
    [InlineData("CREATE TABLE")]
    [InlineData("ALTER TABLE")]
    [InlineData("FROM system.columns")]
    [InlineData("INSERT INTO analytics.fields")]
    public async Task A_refused_statement_is_tried_again_until_the_rows_are_there(string statement)
    {
        Take(TestValue.Int(1));
        if (statement == "ALTER TABLE")
        {
            await DrainAsync();
            Take(TestValue.Float(0.5), "other");
        }

        var failures = 3;
        _clickHouse.BeforeStatement = sql => sql.Contains(statement, StringComparison.Ordinal) && failures-- > 0 ? FaultyClickHouse.Refused() : null;
        await DrainAsync();
        Assert.True(failures < 0);
        await AssertExactlyOnceAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_insert_that_did_not_take_effect_is_tried_again(bool isOutcomeUnknown)
    {
        Take(TestValue.Int(1));
        _clickHouse.BeforeInsert = FaultyClickHouse.Times(4, isOutcomeUnknown ? FaultyClickHouse.Unknown : FaultyClickHouse.Refused);
        await DrainAsync();
        Assert.Equal(1, _clickHouse.InsertCount);
        await AssertExactlyOnceAsync();
    }

    [Fact]
    public async Task Rows_of_an_insert_that_took_effect_and_said_it_did_not_know_are_not_inserted_again()
    {
        Take(TestValue.Int(1));
        await DrainAsync();
        Take(TestValue.Int(2));
        Take(TestValue.Int(3), partition: 7);
        _clickHouse.AfterInsert = FaultyClickHouse.Times(1, FaultyClickHouse.Unknown);
        await DrainAsync();
        Assert.Equal(2, _clickHouse.InsertCount);
        await AssertExactlyOnceAsync();
    }

    [Fact]
    public async Task Nothing_is_inserted_again_while_it_cannot_be_read_back_whether_it_is_there()
    {
        Take(TestValue.Int(1));
        var unreadable = 5;
        _clickHouse.AfterInsert = () =>
        {
            _clickHouse.BeforeStatement = sql => sql.StartsWith("SELECT", StringComparison.Ordinal) && unreadable-- > 0 ? FaultyClickHouse.Refused() : null;
            _clickHouse.AfterInsert = () => null;
            return FaultyClickHouse.Unknown();
        };
        await DrainAsync();
        Assert.True(unreadable < 0);
        Assert.Equal(1, _clickHouse.InsertCount);
        await AssertExactlyOnceAsync();
    }

    [Fact]
    public async Task With_the_engine_away_events_are_taken_and_all_rows_arrive_when_it_is_back()
    {
        Take(TestValue.Int(1));
        await DrainAsync();
        var isAway = true;
        _clickHouse.BeforeStatement = _ => isAway ? FaultyClickHouse.Refused() : null;
        _clickHouse.BeforeInsert = () => isAway ? FaultyClickHouse.Unknown() : null;
        Take(TestValue.Int(2), "new");
        var draining = DrainAsync();
        await Eventually.TrueAsync(() => _metric.Failures.Messages.Count > 5, "six failures");
        for (var i = 0; i < 100; i++)
        {
            Take(TestValue.Int(i), "new");
        }

        Assert.Equal(102, _metric.Live.Describe().Total);
        Assert.Equal(1, _metric.Live.Describe().DurableRows);
        Assert.False(draining.IsCompleted);
        isAway = false;
        await draining;
        await AssertExactlyOnceAsync();
    }

    [Fact]
    public async Task A_block_given_up_is_neither_acknowledged_nor_durable()
    {
        Take(TestValue.Int(1));
        using var stopping = new CancellationTokenSource();
        _clickHouse.BeforeInsert = () =>
        {
            stopping.Cancel();
            return FaultyClickHouse.Refused();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _metric.WriteOneAsync(stopping.Token));
        Assert.Equal(0, _metric.Live.WrittenRows);
        Assert.Equal([(0, 1L)], _metric.Live.DescribeOwed());
        Assert.Equal(0, await _metric.CountAsync());
    }

    [Fact]
    public async Task A_table_dropped_by_somebody_else_is_made_again_for_the_rows_still_to_come()
    {
        Take(TestValue.Int(1));
        await DrainAsync();
        await _clickHouse.ExecuteAsync($"DROP TABLE {_metric.Table} SYNC");
        Take(TestValue.Int(2));
        await DrainAsync();
        Assert.Equal(1, await _metric.CountAsync());
    }

    private void Take(TestValue value, string field = "f", int partition = 0)
    {
        var row = new TestRow { Offset = _nextOffset, Fields = new Dictionary<string, TestValue> { [field] = value } };
        _metric.Take(_metric.Batch(new BatchOrigin(partition, 1, 0, -1, _nextOffset++, 0), row));
    }

    private Task DrainAsync() => _metric.DrainAsync();

    private async Task AssertExactlyOnceAsync()
    {
        _clickHouse.BeforeStatement = _ => null;
        await _metric.AssertLiveEqualsTableAsync();
        Assert.Equal(_nextOffset, _metric.Live.Describe().Total);
        Assert.Equal(Enumerable.Range(0, (int)_nextOffset).Select(i => (long)i), _metric.Acknowledged.Select(owed => owed.ChunkId));
        var places = await _clickHouse.ReadRowsAsync($"SELECT toString(_partition), toString(_offset), toString(_seq) FROM {_metric.Table}");
        Assert.Equal(places.Count, places.Select(place => string.Join(' ', place)).Distinct().Count());
    }
}
