// Goal: each closed window of a view is once in each of its sinks, as plain summing of the events says, whatever fails and crashes; what would be wrong is found.
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.Views.Sinks;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Columns;
using Xunit;

namespace Analytics.Tests.Views.Sinks;

[Collection("Postgres")]
public sealed class ViewSinkTests(EngineFixture engine, StoppablePostgresFixture postgres)
{
    private const long EveryMs = 2000;
    private const long GraceMs = SunkMetric.GraceSeconds * 1000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Windows_are_there_once_whatever_fails_and_crashes(int seed)
    {
        var random = new Random(seed);
        using var metric = await StartAsync();
        metric.NextFault = () => random.Next(4) switch { 0 => SinkFault.Before, 1 => SinkFault.After, _ => SinkFault.None };
        await metric.SetAsync(View(metric.Time.NowMs));
        for (var round = 0; round < 25; round++)
        {
            await metric.TakeAsync(Some(metric, random));
            metric.Time.Advance(random.Next(1, 4000));
            if (random.Next(4) == 0)
            {
                await metric.RestartAsync();
            }

            await metric.StepAsync();
        }

        await metric.FinishAsync();
        Assert.NotEmpty(metric.Failures.Messages);
        await AssertBothAsync(metric);
    }

    [Fact]
    public async Task Windows_of_a_long_downtime_are_made_of_the_table_in_bounded_writes()
    {
        using var metric = await StartAsync();
        var random = new Random(1);
        var sinceMs = metric.Time.NowMs;
        for (var i = 0; i < 20; i++)
        {
            await metric.TakeAsync(Enumerable.Range(0, 40).Select(_ => new SinkEvent(metric.Time.NowMs + random.Next(20_000), metric.Time.NowMs + 20_000, "b" + random.Next(3), random.Next(100))).ToArray());
            metric.Time.Advance(20_000);
        }

        // An hour without any, and then the last.
        metric.Time.Advance(3_600_000);
        await metric.TakeAsync([new SinkEvent(metric.Time.NowMs, metric.Time.NowMs, null, 7)]);
        await metric.SetAsync(View(sinceMs));
        await metric.FinishAsync();
        await AssertBothAsync(metric);
        Assert.All(metric.Opened, sink => Assert.InRange(sink.WindowsSeenMax, 30, SinkRun.WindowsOfStep));
    }

    [Fact]
    public async Task Nothing_is_written_before_the_log_has_been_read_that_far_and_nothing_is_due_without_rows()
    {
        using var metric = await StartAsync();
        await metric.SetAsync(View(metric.Time.NowMs));
        await metric.StepAsync();
        Assert.Null(metric.Sinks.DueIn);
        var first = new SinkEvent(metric.Time.NowMs, metric.Time.NowMs, "a", 1);
        await metric.TakeAsync([first]);
        var closeMs = (first.TimeMs / EveryMs * EveryMs) + EveryMs + GraceMs;
        await metric.StepAsync();
        Assert.Equal(closeMs - metric.Time.NowMs, metric.Sinks.DueIn!.Value.TotalMilliseconds);
        metric.Time.Advance(closeMs - metric.Time.NowMs);
        foreach (var reachedMs in new[] { long.MinValue, 0, closeMs - 1 })
        {
            metric.Log.ReachedMs = reachedMs;
            await metric.StepAsync();
            Assert.Empty(await metric.ClickHouseAsync("v", "window_start"));
            metric.Time.Advance((long)metric.Sinks.DueIn!.Value.TotalMilliseconds);
        }

        await metric.FinishAsync();
        await AssertBothAsync(metric);
        Assert.Null(metric.Sinks.DueIn);
    }

    [Fact]
    public async Task PostgreSQL_may_be_away_and_the_other_sink_does_not_wait()
    {
        using var metric = await StartAsync();
        await metric.SetAsync(View(metric.Time.NowMs));
        await metric.TakeAsync([new SinkEvent(metric.Time.NowMs, metric.Time.NowMs, "a", 1)]);
        metric.Time.Advance(60_000);
        await metric.FinishAsync();
        await postgres.Server.StopAsync();
        try
        {
            await metric.TakeAsync([new SinkEvent(metric.Time.NowMs + EveryMs, metric.Time.NowMs + EveryMs, "b", 2)]);
            metric.Time.Advance(60_000);
            metric.Log.ReachedMs = metric.Time.NowMs;
            for (var i = 0; i < 4; i++)
            {
                metric.Time.Advance(1000);
                await metric.StepAsync();
            }

            var states = metric.Sinks.Describe("v");
            Assert.Equal((0, null), (states[0].Failures, states[0].Error));
            Assert.True(states[1].Failures > 1 && states[1].Error is { Length: > 0 }, states[1].ToString());
            Assert.Equal(2, (await metric.ClickHouseAsync("v")).Length);
        }
        finally
        {
            await postgres.Server.StartAsync();
        }

        await metric.FinishAsync();
        Assert.Equal((0, null), (metric.Sinks.Describe("v")[1].Failures, metric.Sinks.Describe("v")[1].Error));
        await AssertBothAsync(metric);
    }

    [Fact]
    public async Task A_changed_view_goes_on_in_its_tables_with_columns_of_its_own()
    {
        using var metric = await StartAsync();
        await metric.SetAsync(View(metric.Time.NowMs));
        await metric.TakeAsync([new SinkEvent(metric.Time.NowMs, metric.Time.NowMs, "a", 1)]);
        metric.Time.Advance(60_000);
        await metric.FinishAsync();
        var changed = View(metric.Time.NowMs) with
        {
            GroupBy = ["currency"],
            Aggregates = [new ViewAggregate(ViewAggregateKind.Sum, "amount"), new ViewAggregate(ViewAggregateKind.Avg, "amount"), new ViewAggregate(ViewAggregateKind.Max, "at")],
        };
        await metric.SetAsync(changed);
        string[] currencies = ["CHF", "EUR"];
        await metric.TakeAsync(currencies.Select(currency => new TestRow
        {
            Time = metric.Time.NowMs,
            Received = metric.Time.NowMs,
            Fields = new Dictionary<string, TestValue> { ["currency"] = TestValue.Text(currency), ["amount"] = TestValue.Float(2.5), ["at"] = TestValue.Time("2026-11-21T09:00:00Z") },
        }));
        metric.Time.Advance(60_000);
        await metric.FinishAsync();
        string[] expected = ["a - 1 - 1 -", "- CHF 2.5 2.5 - 2026-11-21 09:00:00.000", "- EUR 2.5 2.5 - 2026-11-21 09:00:00.000"];
        Assert.Equal(expected.Order(StringComparer.Ordinal), (await metric.ClickHouseAsync("v", "branch,currency,`sum(amount)`,`avg(amount)`,count,`max(at)`")).Order(StringComparer.Ordinal));
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            (await postgres.Server.ReadAsync($"SELECT branch, currency, \"sum(amount)\", \"avg(amount)\", count, to_char(\"max(at)\" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') FROM \"{metric.Project}_m_v\"")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_table_that_somebody_has_made_gets_the_columns_that_are_named()
    {
        using var metric = await StartAsync();
        await postgres.Server.ExecuteAsync("CREATE TABLE transaction_flow (curr_time timestamp, branch_name varchar(20), currency_code char(3), batch_value double precision)");
        await metric.SetAsync(View(metric.Time.NowMs) with
        {
            GroupBy = ["branch", "currency"],
            Sinks = [new ViewSink(ViewSinkKind.Postgres)
            {
                Table = "public.transaction_flow",
                Columns = [new("window_end", "curr_time"), new("branch", "branch_name"), new("currency", "currency_code"), new("sum(amount)", "batch_value")],
            }],
        });
        var timeMs = metric.Time.NowMs;
        await metric.TakeAsync(new TestRow
        {
            Time = timeMs,
            Received = timeMs,
            Fields = new Dictionary<string, TestValue> { ["branch"] = TestValue.Text("Bern \"Ost\"\0'"), ["currency"] = TestValue.Text("CHF"), ["amount"] = TestValue.Float(-125.5) },
        });
        metric.Time.Advance(60_000);
        await metric.FinishAsync();
        var end = DateTimeOffset.FromUnixTimeMilliseconds(((timeMs / EveryMs) + 1) * EveryMs).ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal([$"{end} Bern \"Ost\"\uFFFD' CHF -125.5"], await postgres.Server.ReadAsync("SELECT curr_time::text, branch_name, currency_code, batch_value FROM transaction_flow"));
    }

    [Fact]
    public async Task A_column_that_does_not_take_a_value_is_said_and_waited_for()
    {
        using var metric = await StartAsync();
        await postgres.Server.ExecuteAsync("CREATE TABLE narrow (n integer)");
        await metric.SetAsync(View(metric.Time.NowMs) with { Sinks = [new ViewSink(ViewSinkKind.Postgres) { Table = "narrow", Columns = [new("branch", "n")] }] });
        await metric.TakeAsync([new SinkEvent(metric.Time.NowMs, metric.Time.NowMs, "Bern", 1)]);
        for (var i = 0; i < 12; i++)
        {
            metric.Time.Advance(20_000);
            metric.Log.ReachedMs = metric.Time.NowMs;
            await metric.StepAsync();
        }

        // It was read again after each, which is no success.
        var state = Assert.Single(metric.Sinks.Describe("v"));
        Assert.True(state.Failures > 3 && state.Error!.Contains("integer", StringComparison.Ordinal), state.ToString());
        Assert.Single(metric.Failures.Messages);
        await postgres.Server.ExecuteAsync("ALTER TABLE narrow ALTER COLUMN n TYPE text");
        await metric.FinishAsync();
        Assert.Equal(["Bern"], await postgres.Server.ReadAsync("SELECT n FROM narrow"));
        Assert.Equal(0, metric.Sinks.Describe("v")[0].Failures);
    }

    [Fact]
    public async Task Groups_beyond_the_limit_are_one_row_beside_that_of_no_group()
    {
        using var metric = await StartAsync();
        await metric.SetAsync(View(metric.Time.NowMs) with { GroupsMax = 2 });
        var timeMs = metric.Time.NowMs;
        await metric.TakeAsync([.. Enumerable.Range(0, 50).Select(i => new SinkEvent(timeMs, timeMs, i < 10 ? null : $"b{i}", i))]);
        metric.Time.Advance(60_000);
        await metric.FinishAsync();
        var sql = $"SELECT count(*), sum(count), sum(\"sum(amount)\"), sum(CASE WHEN other THEN 1 ELSE 0 END) FROM \"{metric.Project}_m_v\"";
        Assert.Equal(["3 50 1225 1"], await postgres.Server.ReadAsync(sql));
        Assert.Equal(["3 50 1225 1"], await metric.ClickHouseAsync("v", "count(),sum(count),sum(`sum(amount)`),countIf(other)", isGrouped: true));
    }

    [Theory]
    [InlineData(SinkFault.Twice, "twice: ")]
    [InlineData(SinkFault.Never, "missing: ")]
    public async Task A_sink_that_is_wrong_is_found(object fault, string finding)
    {
        using var metric = await SunkMetric.StartAsync(engine, null);
        await metric.SetAsync(View(metric.Time.NowMs) with { Sinks = [new ViewSink(ViewSinkKind.ClickHouse)] });
        await metric.TakeAsync([new SinkEvent(metric.Time.NowMs, metric.Time.NowMs, "a", 1)]);
        metric.NextFault = () => (SinkFault)fault;
        metric.Time.Advance(60_000);
        await metric.FinishAsync();
        Assert.StartsWith(finding, Assert.Single(Findings(metric, await metric.ClickHouseAsync("v"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_come_after_their_window_was_written_are_counted_as_missed()
    {
        using var metric = await SunkMetric.StartAsync(engine, null);
        var view = View(metric.Time.NowMs) with { Sinks = [new ViewSink(ViewSinkKind.ClickHouse)] };
        await metric.SetAsync(view);
        var first = new SinkEvent(metric.Time.NowMs, metric.Time.NowMs, "a", 1);
        await metric.TakeAsync([first]);
        metric.Time.Advance(60_000);
        await metric.FinishAsync();
        Assert.Equal(0, metric.Metric.Live.Views.Read("v")!.Missed);
        await metric.TakeAsync([first with { Amount = 2 }]);
        Assert.Equal(1, metric.Metric.Live.Views.Read("v")!.Missed);
        await metric.FinishAsync();
        Assert.Single(await metric.ClickHouseAsync("v"));
    }

    private static ViewDefinition View(long sinceMs) => new()
    {
        Name = "v",
        GroupBy = ["branch"],
        WindowMs = EveryMs,
        EveryMs = EveryMs,
        SinceMs = sinceMs / EveryMs * EveryMs,
        Aggregates = [new ViewAggregate(ViewAggregateKind.Sum, "amount"), new ViewAggregate(ViewAggregateKind.Count, null)],
        Sinks = [new ViewSink(ViewSinkKind.ClickHouse), new ViewSink(ViewSinkKind.Postgres)],
    };

    private static SinkEvent[] Some(SunkMetric metric, Random random) => [.. Enumerable.Range(0, random.Next(20)).Select(_ => new SinkEvent(
        metric.Time.NowMs - random.Next((int)GraceMs * 2) + 2000, metric.Time.NowMs, random.Next(5) is > 0 and var branch ? $"b{branch}" : null, random.Next(-100, 100)))];

    private static IEnumerable<string> Findings(SunkMetric metric, IEnumerable<string> rows) => SinkCheck.Findings(metric.Events.Where(one => one.TimeMs >= metric.SinceMs), EveryMs, GraceMs, metric.Time.NowMs - EveryMs - GraceMs + 1, rows);

    private Task<SunkMetric> StartAsync() => SunkMetric.StartAsync(engine, postgres.Server.ConnectionString);

    private async Task AssertBothAsync(SunkMetric metric)
    {
        Assert.Empty(Findings(metric, await metric.ClickHouseAsync("v")));
        Assert.Empty(Findings(metric, await postgres.Server.ReadAsync(metric.PostgresSql("v"))));
    }
}
