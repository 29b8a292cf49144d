// Goal: rows that a policy has deleted are no drift: the actor notices, says how many, and the next one knows exactly what the table has; rows that somebody else
// deleted are drift all the same.
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Grains.Configuration;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Columns;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class ExpiredRowsTests(EngineFixture engine) : IAsyncLifetime
{
    private readonly ImpatientTime _time = new();
    private EmbeddedClickHouse _clickHouse = null!;
    private OneMetric _metric = null!;

    public async ValueTask InitializeAsync()
    {
        _clickHouse = await engine.OpenAsync();
        _metric = new OneMetric(_clickHouse, await engine.NewDatabaseAsync(), _time) { Limits = new LimitsOptions() };
        await _metric.StartAsync();
        _metric.Take(_metric.Batch(new BatchOrigin(0, 1, 0, -1, 0, 0), [.. Enumerable.Range(0, 3).Select(Row)]));
        await _metric.DrainAsync();

        // Two more were inserted long ago, by the engine's clock.
        await ChangeAsync("INSERT INTO $ (_time, _inserted, _partition, _offset, n) SELECT now64(3), now() - INTERVAL 40 DAY, 9, number, 10 + number FROM numbers(2)");
        await _metric.StartAsync();
        Assert.Null(await _metric.Live.ApplyRetentionAsync(new RetentionPolicy { DeleteAfterDays = 30 }, CancellationToken.None));
        _metric.Live.Use(new MetricSettings { Retention = new RetentionPolicy { DeleteAfterDays = 30 } });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Expired_rows_are_counted_as_such_and_are_no_drift()
    {
        await ChangeAsync("OPTIMIZE TABLE $ FINAL");
        Assert.Equal(0, await _metric.Live.MeasureDriftAsync(CancellationToken.None));
        Assert.Equal(2, _metric.Live.ExpiredRows);
        Assert.Equal(3, (await _metric.LoadAsync()).Describe().Total);
    }

    [Fact]
    public async Task Young_rows_that_somebody_deletes_are_drift()
    {
        await ChangeAsync("ALTER TABLE $ DELETE WHERE n = 2 SETTINGS mutations_sync = 2");
        Assert.Equal(-1, await _metric.Live.MeasureDriftAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Old_rows_that_somebody_adds_are_drift()
    {
        await ChangeAsync("SYSTEM STOP TTL MERGES $");
        await ChangeAsync("INSERT INTO $ (_time, _inserted, _offset) VALUES (now64(3), now() - INTERVAL 50 DAY, 77)");
        Assert.Equal(1, await _metric.Live.MeasureDriftAsync(CancellationToken.None));
    }

    private static TestRow Row(int n) => new() { Offset = n, Fields = new Dictionary<string, TestValue> { ["n"] = TestValue.Int(n) } };

    private Task ChangeAsync(string sql) => _clickHouse.ExecuteAsync(sql.Replace("$", _metric.Table, StringComparison.Ordinal));
}
