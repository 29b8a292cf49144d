// Goal: rows of the system's tables that come together share an insert; a single one waits for nothing; all are there when it says so, and a failure is told.
using System.Text;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Projects;
using Analytics.Grains.Tables;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Metrics;
using Xunit;

namespace Analytics.Tests.Tables;

public sealed class SystemRowsTests(EngineFixture engine)
{
    private static int _tables;

    private readonly ManualTime _time = new();
    private readonly string _table = $"default.rows_{Interlocked.Increment(ref _tables)}";
    private readonly List<string> _statements = [];
    private FaultyClickHouse _clickHouse = null!;

    [Fact]
    public async Task The_first_waits_for_nothing_and_those_after_it_go_together()
    {
        var rows = await StartAsync();
        await rows.AddAsync("('a')", default);
        var others = Enumerable.Range(0, SystemRows.EntriesMin - 1).Select(i => rows.AddAsync($"('{i}'), ('{i} again')", default)).ToArray();
        await Task.Delay(50);
        Assert.DoesNotContain(others, other => other.IsCompleted);
        _time.Advance(SystemRows.InsertInterval);
        await AllAsync(others);
        Assert.Equal(2, _statements.Count);
        Assert.Equal(1 + (2 * (SystemRows.EntriesMin - 1)), await CountAsync());
    }

    [Fact]
    public async Task Many_wait_for_no_interval()
    {
        var rows = await StartAsync();
        await rows.AddAsync("('a')", default);
        await AllAsync(Enumerable.Range(0, SystemRows.EntriesMin).Select(i => rows.AddAsync($"('{i}')", default)));
        Assert.Equal(1 + SystemRows.EntriesMin, await CountAsync());
    }

    [Fact]
    public async Task A_statement_takes_as_many_bytes_as_it_may()
    {
        var rows = await StartAsync();
        await rows.AddAsync("('a')", default);
        var half = $"('{new string('x', (int)(SystemRows.InsertBytesMax / 2) - 4)}')";
        var others = new[] { half, half, half }.Select(row => rows.AddAsync(row, default)).ToArray();
        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(SystemRows.InsertInterval);
                return others.All(other => other.IsCompletedSuccessfully);
            },
            "all rows");
        Assert.Equal(3, _statements.Count);
    }

    [Fact]
    public async Task A_failure_reaches_everyone_in_the_statement_and_the_next_one_is_tried()
    {
        var rows = await StartAsync();
        await rows.AddAsync("('a')", default);
        var isFailing = true;
        _clickHouse.BeforeStatement = sql => isFailing && sql.StartsWith("INSERT", StringComparison.Ordinal) ? FaultyClickHouse.Refused() : null;
        var others = new[] { rows.AddAsync("('b')", default), rows.AddAsync("('c')", default) };
        _time.Advance(SystemRows.InsertInterval);
        foreach (var other in others)
        {
            await Assert.ThrowsAsync<ClickHouseException>(() => other.WaitAsync(TimeSpan.FromSeconds(30)));
        }

        isFailing = false;
        _time.Advance(SystemRows.InsertInterval);
        await AllAsync([rows.AddAsync("('b')", default)]);
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task Projects_and_metrics_that_appear_together_are_all_listed()
    {
        var clickHouse = await engine.OpenAsync();
        await SystemTables.EnsureAsync(clickHouse, default);
        var store = new CatalogStore(clickHouse, TimeProvider.System);
        var project = $"many{Interlocked.Increment(ref _tables)}";
        await AllAsync(Enumerable.Range(0, 300).Select(i => store.AddMetricAsync(project, $"m'{i}")));
        await store.AddProjectAsync(project);
        Assert.Equal(300, (await store.ReadMetricsAsync(project)).Length);
        Assert.Contains(project, await store.ReadProjectsAsync());
    }

    private static Task AllAsync(IEnumerable<Task> tasks) => Task.WhenAll(tasks).WaitAsync(TimeSpan.FromSeconds(30));

    private async Task<SystemRows> StartAsync()
    {
        _clickHouse = new FaultyClickHouse(await engine.OpenAsync());
        await _clickHouse.ExecuteAsync($"CREATE TABLE {_table} (name String) ENGINE = MergeTree ORDER BY name");
        _clickHouse.BeforeStatement = sql =>
        {
            _statements.Add(sql);
            return null;
        };
        return new SystemRows(_clickHouse, _table, _time);
    }

    private async Task<long> CountAsync()
    {
        _clickHouse.BeforeStatement = _ => null;
        return long.Parse(Encoding.UTF8.GetString(await _clickHouse.QueryAsync($"SELECT count() FROM {_table}", "TSV")), System.Globalization.CultureInfo.InvariantCulture);
    }
}
