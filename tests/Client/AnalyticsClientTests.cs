// Goal: the client speaks to a real server: events arrive with their time, id and fields, whatever their number; answers are typed; refusals carry their code.
using Analytics.Client;
using Analytics.Grains.ClickHouse;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Configuration;
using Analytics.Silo.Log;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Http;
using Xunit;

namespace Analytics.Tests.Client;

public sealed class AnalyticsClientTests(EngineFixture fixture)
{
    [Fact]
    public async Task Tracked_events_become_rows()
    {
        await using var server = await HttpTestServer.StartAsync();
        using var client = new AnalyticsClient(server.Client.BaseAddress!);
        var result = await client.TrackAsync(
        [
            new TrackedEvent("shop", "purchase", new { amount = 12.5, user = "ü\n", tags = new[] { 1, 2 } }) { Id = "1", Time = DateTimeOffset.UtcNow },
            new TrackedEvent("shop", "a/b", new Dictionary<string, object?> { ["ok"] = true, ["none"] = null }),
        ]);
        Assert.Equal((2, 0), (result.Accepted, result.Rejected));
        Assert.Empty(result.Errors);
        var decoded = await DecodedLog.ReadAsync(server.Log, server.Limits);
        Assert.Equal(["shop/a/b", "shop/purchase"], decoded.Rows.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Refused_events_are_told_by_their_index_also_over_several_requests()
    {
        await using var server = await HttpTestServer.StartAsync();
        using var client = new AnalyticsClient(server.Client);
        var text = new string('x', 200_000);
        var events = Enumerable.Range(0, 100).Select(i => new TrackedEvent(i is 7 or 95 ? "NOT A PROJECT" : "shop", "large", new { text, i }));
        var result = await client.TrackAsync(events);
        Assert.Equal((98, 2), (result.Accepted, result.Rejected));
        Assert.Equal([(7, "project_invalid"), (95, "project_invalid")], result.Errors.Select(error => (error.Index, error.Code)));
        Assert.Equal(98, (await DecodedLog.ReadAsync(server.Log, server.Limits)).RowCount);
    }

    [Fact]
    public async Task No_events_are_no_request()
    {
        using var client = new AnalyticsClient(new Uri("http://127.0.0.1:1"));
        Assert.Equal(0, (await client.TrackAsync([])).Accepted);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.TrackAsync([new TrackedEvent("shop", "m", new { })]));
    }

    [Fact]
    public async Task Projects_metrics_and_states_are_read()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        using var client = new AnalyticsClient(server.Client);
        server.Actors.Add("shop", "a/b %");
        server.Actors.Snapshots["shop/a/b %"] = server.Actors.Snapshots["shop/a/b %"] with
        {
            Total = 3,
            FirstMs = 0,
            DurablePositions = [new PartitionPosition(2, 5)],
            Fields =
            [
                new FieldSnapshot
                {
                    Name = "n", Type = "Int64", Count = 3, Null = 0, Conflicts = 0, Sum = JsonScalar.Of(Int128.MaxValue), Top = [new TopValue("1", 3)],
                },
            ],
        };
        Assert.Equal(["shop"], await client.ListProjectsAsync());
        Assert.Equal(["a/b %"], await client.ListMetricsAsync("shop"));
        var state = (await client.GetMetricAsync("shop", "a/b %"))!;
        Assert.Equal((3, DateTimeOffset.UnixEpoch, null, 5L), (state.Total, state.First, state.Last, state.Durable.Positions[2]));
        Assert.Equal(Int128.MaxValue.ToString(System.Globalization.CultureInfo.InvariantCulture), state.Fields["n"].Sum!.Value.GetRawText());
        Assert.Equal([new ValueCount("1", 3)], state.Fields["n"].Top!);
        Assert.Null(state.Fields["n"].Unique);
    }

    [Fact]
    public async Task What_is_unknown_is_null_or_a_code()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        using var client = new AnalyticsClient(server.Client);
        Assert.Null(await client.GetMetricAsync("shop", "nope"));
        var exception = await Assert.ThrowsAsync<AnalyticsException>(() => client.ListMetricsAsync("nope"));
        Assert.Equal((404, "project_unknown", false), (exception.Status, exception.Code, exception.IsTransient));
    }

    [Fact]
    public async Task Queries_return_typed_rows_and_text_from_the_real_engine()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble(), engine: await fixture.OpenAsync());
        using var client = new AnalyticsClient(server.Client);
        var rows = await client.QueryAsync<Row>(
            "SELECT number AS n, {s:String} AS name FROM numbers(3)", new Dictionary<string, object?> { ["s"] = "it's" });
        Assert.Equal([new Row(0, "it's"), new Row(1, "it's"), new Row(2, "it's")], rows);
        Assert.Empty(await client.QueryAsync<Row>("SELECT 1 AS n WHERE 0"));
        Assert.Equal("5\n", await client.QueryTextAsync("SELECT 5", "TSV"));
        Assert.Equal("query_failed", (await Assert.ThrowsAsync<AnalyticsException>(() => client.QueryTextAsync("SELEKT"))).Code);
        Assert.Equal("query_invalid", (await Assert.ThrowsAsync<AnalyticsException>(() => client.QueryTextAsync("SELECT 1", "Native"))).Code);
    }

    [Fact]
    public async Task A_refusal_for_now_says_when_to_try_again()
    {
        var log = new EventLogDouble { Fault = _ => new EventLogFullException("full") };
        await using var server = await HttpTestServer.StartAsync(new LimitsOptions(), log: log);
        using var client = new AnalyticsClient(server.Client);
        var exception = await Assert.ThrowsAsync<AnalyticsException>(() => client.TrackAsync([new TrackedEvent("shop", "m", new { })]));
        Assert.Equal((503, "log_full", true, TimeSpan.FromSeconds(1)), (exception.Status, exception.Code, exception.IsTransient, exception.RetryAfter));
        server.ClickHouse.Answer = _ => throw new ClickHouseException(159, "slow");
        Assert.Equal("query_timeout", (await Assert.ThrowsAsync<AnalyticsException>(() => client.QueryTextAsync("SELECT 1"))).Code);
    }

    [Fact]
    public void A_client_without_an_address_is_refused()
    {
        using var http = new HttpClient();
        Assert.Throws<ArgumentException>(() => new AnalyticsClient(http));
    }

    private sealed record Row(long N, string Name);
}
