// Goal: the latest rows come back as events from a real table, newest first, with exact values; the metric is flushed first;
// limits hold on both sides; a slow or missing engine is a problem, not a failure.
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Silo.Http;
using Analytics.Tests.ClickHouse;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class EventsRouteTests(EngineFixture fixture)
{
    [Fact]
    public async Task Rows_of_a_real_table_come_back_as_events_newest_first()
    {
        var engine = await fixture.OpenAsync();
        var project = await fixture.NewDatabaseAsync();
        const string Metric = "pur/ch`ase";
        var table = SqlText.Table(project, Metric);
        var fixedColumns = string.Join(", ", FixedColumns.All.Select(column => $"{column.Name} {column.Sql}"));
        await engine.ExecuteAsync(
            $"CREATE TABLE {table} ({fixedColumns}, `amount` Nullable(Int64), `ratio` Nullable(Float64), `us\"er` LowCardinality(Nullable(String)), "
            + "`ok` Nullable(Bool), `at` Nullable(DateTime64(3, 'UTC')), `tags` Array(Nullable(String))) "
            + "ENGINE = MergeTree PARTITION BY toYYYYMM(_inserted) ORDER BY _time");
        await engine.ExecuteAsync(
            $"INSERT INTO {table} VALUES "
            + "('2026-11-20 10:00:00.123', 'id-1', '2026-11-20 10:00:01.000', 2, 77, 3, now(), {'amount':'abc/\"x\"'}, NULL, 0.1, 'ü\\n/', true, '2026-01-01 00:00:00.000', ['a', NULL]),"
            + "('2026-11-20 10:00:00.124', '', '2026-11-20 10:00:01.000', 0, 9007199254740993, 0, now(), {}, 9223372036854775807, 1e300, NULL, NULL, NULL, [])");
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble(), engine: engine);
        server.Actors.Add(project, Metric);

        var answer = await server.GetAsync($"/v1/projects/{project}/metrics/{Uri.EscapeDataString(Metric)}/events");
        Assert.Equal(200, answer.Status);
        Assert.Equal((project, Metric), (answer.Json.GetProperty("project").GetString(), answer.Json.GetProperty("metric").GetString()));
        Assert.Equal([$"{project}/{Metric}"], server.Actors.Flushed);
        var events = answer.Json.GetProperty("events").EnumerateArray().Select(row => row.GetRawText()).ToArray();
        Assert.Equal(
            """{"time":"2026-11-20T10:00:00.124Z","received":"2026-11-20T10:00:01.000Z","position":{"partition":0,"offset":9007199254740993,"index":0},"fields":{"amount":9223372036854775807,"ratio":1e300,"tags":[]}}""",
            events[0]);
        Assert.Equal(
            """{"time":"2026-11-20T10:00:00.123Z","id":"id-1","received":"2026-11-20T10:00:01.000Z","position":{"partition":2,"offset":77,"index":3},"fields":{"ratio":0.1,"us\"er":"ü\n/","ok":true,"at":"2026-01-01T00:00:00.000Z","tags":["a",null]},"extra":{"amount":"abc/\"x\""}}""",
            events[1]);
        var one = await server.GetAsync($"/v1/projects/{project}/metrics/{Uri.EscapeDataString(Metric)}/events?limit=1");
        Assert.Equal(events[0], Assert.Single(one.Json.GetProperty("events").EnumerateArray()).GetRawText());
    }

    [Theory]
    [InlineData("", 100)]
    [InlineData("?limit=1", 1)]
    [InlineData("?limit=10000", 10_000)]
    public async Task The_limit_reaches_the_query(string query, int limit)
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        server.Actors.Add("shop", "purchase");
        var answer = await server.GetAsync("/v1/projects/shop/metrics/purchase/events" + query);
        Assert.Equal("""{"project":"shop","metric":"purchase","events":[]}""", answer.Text);
        Assert.Contains($"LIMIT {limit} ", Assert.Single(server.ClickHouse.Queries).Sql, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=10001", "limit")]
    [InlineData("limit=-1", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("limit=", "limit")]
    [InlineData("limit=1&limit=2", "limit")]
    [InlineData("limits=5", "limits")]
    public async Task A_bad_parameter_is_named_with_its_range(string query, string name)
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        server.Actors.Add("shop", "purchase");
        var answer = (await server.GetAsync("/v1/projects/shop/metrics/purchase/events?" + query)).MustBeProblem(400, "parameter_invalid");
        var detail = answer.Json.GetProperty("detail").GetString()!;
        Assert.Contains($"Parameter {name} =", detail, StringComparison.Ordinal);
        Assert.Contains(name == "limit" ? "1 to 10,000" : "limit", detail, StringComparison.Ordinal);
        Assert.Empty(server.ClickHouse.Queries);
    }

    [Fact]
    public async Task A_flush_that_does_not_end_in_time_is_503()
    {
        await using var server = await HttpTestServer.StartAsync(options: new HttpOptions { RetryAfterSeconds = 9 }, log: new EventLogDouble());
        server.Actors.Add("shop", "purchase");
        server.Actors.FlushFailure = new TimeoutException();
        var answer = (await server.GetAsync("/v1/projects/shop/metrics/purchase/events")).MustBeProblem(503, "flush_timeout");
        Assert.Equal(TimeSpan.FromSeconds(9), answer.RetryAfter);
    }

    [Fact]
    public async Task An_engine_that_fails_is_503_and_a_missing_table_404()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        server.Actors.Add("shop", "purchase");
        server.ClickHouse.Answer = _ => throw new ClickHouseException(210, "no route");
        (await server.GetAsync("/v1/projects/shop/metrics/purchase/events")).MustBeProblem(503, "engine_unavailable");
        server.ClickHouse.Answer = _ => throw new ClickHouseException(60, "no table");
        (await server.GetAsync("/v1/projects/shop/metrics/purchase/events")).MustBeProblem(404, "metric_unknown");
    }
}
