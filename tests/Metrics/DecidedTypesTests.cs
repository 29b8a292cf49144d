// Goal: a type that was decided and saved counts for the next activation too, when no block had come that would have changed the table; but never against
// what is stored.
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.ClickHouse;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Columns;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class DecidedTypesTests(EngineFixture engine)
{
    private OneMetric _metric = null!;
    private IClickHouse _clickHouse = null!;
    private string _project = null!;
    private long _offset;

    [Fact]
    public async Task Integers_decided_to_be_doubles_take_fractions_after_a_restart()
    {
        await StartAsync(TestValue.Int(1));
        await DecideAndRestartAsync("Float64");
        await TakeAsync(TestValue.Float(0.5));
        await AssertStoredAsync("Nullable(Float64)", "1 0.5", conflicts: 0);
    }

    [Theory]
    [InlineData("String", "Nullable(String)")]
    [InlineData("LowCardinality(String)", "LowCardinality(Nullable(String))")]
    public async Task Texts_lose_or_keep_their_dictionary_after_a_restart(string type, string expected)
    {
        await StartAsync(TestValue.Text("x"));
        await DecideAndRestartAsync(type);
        await TakeAsync(TestValue.Text("y"));
        await AssertStoredAsync(expected, "x y", conflicts: 0);
    }

    [Fact]
    public async Task Without_another_event_the_table_and_the_live_state_stay_as_they_are()
    {
        await StartAsync(TestValue.Int(1));
        await DecideAndRestartAsync("Float64");
        await DecideAndRestartAsync("Float64");
        Assert.Equal("Nullable(Int64)", await TypeAsync());
        Assert.Equal("Float64", Assert.Single(_metric.Live.Describe().Fields).Type);
        Assert.False(Assert.Single(_metric.Live.DescribeSchema().Columns).InTable);
        await TakeAsync(TestValue.Int(2));
        await AssertStoredAsync("Nullable(Float64)", "1 2", conflicts: 0);
    }

    [Theory]
    [InlineData("Float64")]
    [InlineData("String")]
    [InlineData("no type of this version")]
    public async Task What_is_stored_is_never_changed_by_it(string type)
    {
        await StartAsync(TestValue.Int(long.MaxValue));
        await DecideAndRestartAsync(type);
        await TakeAsync(TestValue.Int(2));
        await TakeAsync(TestValue.Text("z"));
        await AssertStoredAsync("Nullable(Int64)", $"{long.MaxValue} 2", conflicts: 1);
    }

    private async Task StartAsync(TestValue first)
    {
        _clickHouse = await engine.OpenAsync();
        _project = await engine.NewDatabaseAsync();
        _metric = new OneMetric(_clickHouse, _project, new ImpatientTime());
        await _metric.StartAsync();
        await TakeAsync(first);
    }

    private async Task TakeAsync(TestValue value)
    {
        var row = new TestRow { Offset = _offset, Fields = new Dictionary<string, TestValue> { ["f"] = value } };
        _metric.Take(_metric.Batch(new BatchOrigin(0, 1, 0, -1, _offset++, 0), row));
        await _metric.DrainAsync().WithinDeadline();
    }

    // Saved without being asked whether it can be: by an activation that did not get to use it.
    private async Task DecideAndRestartAsync(string type)
    {
        await _metric.Live.SaveAsync(MetricSettings.None with { Schema = new SchemaSettings { Hints = [new FieldHint("f", type)] } }, CancellationToken.None);
        await _metric.StartAsync();
        Assert.Equal(type, Assert.Single(_metric.Live.Settings.Schema.Hints).Type);
    }

    private async Task AssertStoredAsync(string type, string values, int conflicts)
    {
        Assert.Equal(type, await TypeAsync());
        var rows = await _clickHouse.ReadRowsAsync($"SELECT toString(f) FROM {_metric.Table} WHERE isNotNull(f) ORDER BY _offset");
        Assert.Equal(values, string.Join(' ', rows.Select(row => row[0])));
        Assert.Equal(conflicts, Assert.Single(_metric.Live.Describe().Fields).Conflicts);
        await _metric.AssertLiveEqualsTableAsync();
        Assert.Empty(_metric.Failures.Messages);
    }

    private Task<string> TypeAsync() => engine.QueryTextAsync($"SELECT type FROM system.columns WHERE database = '{_project}' AND table = 'm' AND name = 'f'");
}
