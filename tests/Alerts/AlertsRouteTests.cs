// Goal: an alert is made, shown, listed and ended over HTTP, its secret is never shown, and what is wrong is said in the caller's words before anything is decided.
using System.Text;
using Analytics.GrainInterfaces.Alerts;
using Analytics.GrainInterfaces.Schema;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.Alerts;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Configuration;
using Analytics.Grains.Tables;
using Analytics.Silo.Http.Alerts;
using Analytics.Silo.Http.Settings;
using Analytics.Silo.Http.Watch;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Http;
using Xunit;

namespace Analytics.Tests.Alerts;

public sealed class AlertsRouteTests(EngineFixture engine)
{
    private const string Path = "/v1/projects/shop/metrics/purchase/alerts";

    [Theory]
    [InlineData("""{"on":{"rate":"minute"},"below":1,"clear":10,"for":"5m","webhook":"https://example.org/hook","secret":"s3cret"}""", """{"on":{"rate":"minute"},"below":1,"clear":10,"for":"5m","webhook":"https://example.org/hook"}""")]
    [InlineData("""{"on":{"total":true},"above":1e6}""", """{"on":{"total":true},"above":1000000}""")]
    [InlineData("""{"on":{"field":"amount","value":"p99"},"above":2.5,"for":"90s"}""", """{"on":{"field":"amount","value":"p99"},"above":2.5,"for":"90s"}""")]
    [InlineData("""{"on":{"window":"hour"},"anomaly":{"deviations":3,"against":"earlier_days"}}""", """{"on":{"window":"hour"},"anomaly":{"deviations":3,"against":"earlier_days"}}""")]
    [InlineData("""{"on":{"view":"v","aggregate":"sum(amount)","group":["Bern",2,2.50,true,null]},"above":1}""", """{"on":{"view":"v","aggregate":"sum(amount)","group":["Bern",2,2.5,true,null]},"above":1}""")]
    public async Task An_alert_is_made_shown_listed_and_ended(string body, string shown)
    {
        await using var server = await StartAsync();
        var made = await server.SendAsync("PUT", $"{Path}/a-1", Encoding.UTF8.GetBytes(body));
        Assert.True(made.Status == 200, made.Text);
        var expected = $$"""{"project":"shop","metric":"purchase","alert":"a-1","state":"raised","since":"1970-01-01T00:00:01.000Z","value":0.5,"threshold":1,"message":"events a minute is 0.5, below 1","definition":{{shown}}}""";
        Assert.Equal(expected, made.Text);
        Assert.Equal(expected, (await server.GetAsync($"{Path}/a-1")).Text);
        Assert.Equal($$"""{"alerts":[{{expected}}]}""", (await server.GetAsync(Path)).Text);
        Assert.Equal(204, (await server.SendAsync("DELETE", $"{Path}/a-1")).Status);
        (await server.GetAsync($"{Path}/a-1")).MustBeProblem(404, "alert_unknown");
        (await server.SendAsync("DELETE", $"{Path}/a-1")).MustBeProblem(404, "alert_unknown");
        Assert.Equal("""{"alerts":[]}""", (await server.GetAsync(Path)).Text);
    }

    [Theory]
    [InlineData("{}", "on is one of ")]
    [InlineData("""{"on":{"total":false},"above":1}""", "on is one of ")]
    [InlineData("""{"on":{"total":true,"rate":"minute"},"above":1}""", "on is one of ")]
    [InlineData("""{"on":{"rate":"day"},"above":1}""", "on is one of ")]
    [InlineData("""{"on":{"field":"amount"},"above":1}""", "on is one of ")]
    [InlineData("""{"on":{"view":"v","aggregate":"count","group":[[1]]},"above":1}""", "on is one of ")]
    [InlineData("""{"on":{"total":true},"anomaly":{"against":"recent"}}""", "anomaly has deviations")]
    [InlineData("""{"on":{"total":true},"anomaly":{"deviations":3,"against":"never"}}""", "anomaly has deviations")]
    [InlineData("""{"on":{"total":true},"above":1,"for":"soon"}""", "for is 'soon'; it is ")]
    [InlineData("""{"on":{"total":true},"over":1}""", "The body must be ")]
    [InlineData("""{"on":{"total":true},"above":"1"}""", "The body must be ")]
    public async Task A_body_that_is_no_alert_is_refused(string body, string why)
    {
        await using var server = await StartAsync();
        var answer = (await server.SendAsync("PUT", $"{Path}/a", Encoding.UTF8.GetBytes(body))).MustBeProblem(400, "settings_invalid");
        Assert.StartsWith(why, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(server.Actors.Decisions);
    }

    [Theory]
    [InlineData("a b", """{"on":{"total":true},"above":1}""", "An alert's name is ")]
    [InlineData("a", """{"on":{"total":true}}""", "One of above, below and anomaly is needed.")]
    [InlineData("a", """{"on":{"total":true},"above":1,"below":2}""", "One of above, below and anomaly is needed.")]
    [InlineData("a", """{"on":{"total":true},"above":1,"clear":2}""", "clear is 2; an alert above 1 ")]
    [InlineData("a", """{"on":{"total":true},"below":2,"clear":1}""", "clear is 1; an alert below 2 ")]
    [InlineData("a", """{"on":{"total":true},"anomaly":{"deviations":3},"clear":4}""", "clear is 4 deviations")]
    [InlineData("a", """{"on":{"total":true},"anomaly":{"deviations":0}}""", "anomaly: deviations is ")]
    [InlineData("a", """{"on":{"field":"amount","value":"p99"},"anomaly":{"deviations":3,"against":"earlier_days"}}""", "anomaly: against is recent ")]
    [InlineData("a", """{"on":{"total":true},"above":1,"for":"2d"}""", "for is whole seconds up to 1d.")]
    [InlineData("a", """{"on":{"field":"amount","value":"median"},"above":1}""", "on: value is 'median'; ")]
    [InlineData("a", """{"on":{"field":"name","value":"avg"},"above":1}""", "on: 'name', a column of type String, has no number avg; ")]
    [InlineData("a", """{"on":{"view":"w","aggregate":"count"},"above":1}""", "on: the metric has no view 'w'.")]
    [InlineData("a", """{"on":{"view":"v","aggregate":"sum(x)"},"above":1}""", "on: view 'v' has no aggregate 'sum(x)'; it has count.")]
    [InlineData("a", """{"on":{"view":"v","aggregate":"count","group":["a","b"]},"above":1}""", "on: group has 2 values; view 'v' is grouped by branch.")]
    [InlineData("a", """{"on":{"total":true},"above":1,"secret":"s"}""", "secret signs what is posted ")]
    [InlineData("a", """{"on":{"total":true},"above":1,"webhook":"http://example.org"}""", "webhook is an https:// address")]
    [InlineData("a", """{"on":{"field":"name","value":"unique"},"above":1}""", null)]
    [InlineData("a", """{"on":{"field":"later","value":"p99"},"above":1,"for":"1d"}""", null)]
    [InlineData("a", """{"on":{"view":"v","aggregate":"count","group":["a"]},"below":1,"clear":1,"webhook":"https://example.org","secret":"s"}""", null)]
    public void What_an_alert_may_not_be_is_said(string name, string body, string? why)
    {
        var request = System.Text.Json.JsonSerializer.Deserialize(body, SettingsJson.Default.AlertRequest)!;
        Assert.True(AlertRequestReader.TryRead(name, request, out var alert, out var problem), problem);
        var settings = MetricSettings.None.With(new ViewDefinition { Name = "v", GroupBy = ["branch"], WindowMs = 1000, EveryMs = 1000, Aggregates = [new ViewAggregate(ViewAggregateKind.Count, null)] });
        var reason = AlertRules.WhyNot(alert, new AlertOptions(), settings, static field => field switch { "name" => ColumnType.String, "amount" => ColumnType.Float64, _ => null });
        Assert.True(why is null ? reason is null : reason?.StartsWith(why, StringComparison.Ordinal), reason);
    }

    [Fact]
    public async Task Alerts_of_all_metrics_and_their_history_come_from_the_table()
    {
        var clickHouse = await engine.OpenAsync();
        await SystemTables.EnsureAsync(clickHouse, CancellationToken.None);
        var project = await engine.NewDatabaseAsync();
        var store = new AlertStore(clickHouse, TimeProvider.System);
        await store.SaveAsync(Record(project, "m", "a", 1, "defined", false), CancellationToken.None);
        await store.SaveAsync(Record(project, "m", "a", 2, "raised", true) with { Delivery = "pending" }, CancellationToken.None);
        await store.SaveAsync(Record(project, "m", "a", 2, "raised", true) with { Delivery = "delivered" }, CancellationToken.None);
        await store.SaveAsync(Record(project, "n", "b", 1, "defined", false), CancellationToken.None);
        await store.SaveAsync(Record(project, "n", "c", 1, "defined", false), CancellationToken.None);
        await store.SaveAsync(Record(project, "n", "c", 2, "deleted", false), CancellationToken.None);
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble(), engine: clickHouse);
        Assert.Equal("a b", await NamesAsync($"/v1/alerts?project={project}"));
        Assert.Equal("a", await NamesAsync($"/v1/alerts?project={project}&state=raised"));
        Assert.Equal("b", await NamesAsync($"/v1/alerts?project={project}&state=cleared"));
        Assert.Equal("b", await NamesAsync($"/v1/alerts?project={project}&metric=n"));
        Assert.Equal("a", await NamesAsync($"/v1/alerts?project={project}&limit=1"));
        Assert.Equal(
            $$$$"""{"project":"{{{{project}}}}","metric":"m","alert":"a","state":"raised","since":"1970-01-01T00:00:00.002Z","value":1.5,"threshold":null,"message":"it's so","definition":{"on":{"total":true}}}""",
            (await server.GetAsync($"/v1/alerts?project={project}&state=raised")).Json.GetProperty("alerts")[0].GetRawText());
        var history = (await server.GetAsync("/v1/alerts/history?limit=10000")).Json.GetProperty("alerts").EnumerateArray().Where(alert => alert.GetProperty("project").GetString() == project);
        Assert.Equal(("raised", "delivered"), (Assert.Single(history).GetProperty("event").GetString(), history.Single().GetProperty("delivery").GetString()));
        (await server.GetAsync("/v1/alerts?state=loud")).MustBeProblem(400, "parameter_invalid");
        (await server.GetAsync("/v1/alerts?limit=0")).MustBeProblem(400, "parameter_invalid");
        (await server.GetAsync("/v1/alerts?name=a")).MustBeProblem(400, "parameter_invalid");
        (await server.GetAsync("/v1/alerts/history?state=raised")).MustBeProblem(400, "parameter_invalid");

        async Task<string> NamesAsync(string path) =>
            string.Join(' ', (await server.GetAsync(path)).Json.GetProperty("alerts").EnumerateArray().Select(alert => alert.GetProperty("alert").GetString()));
    }

    [Fact]
    public async Task Users_queries_cannot_read_what_the_system_keeps_of_a_metric()
    {
        var clickHouse = await engine.OpenAsync();
        await SystemTables.EnsureAsync(clickHouse, CancellationToken.None);
        await clickHouse.QueryReadOnlyAsync("SELECT count() FROM analytics.alerts", "JSON");
        await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.QueryReadOnlyAsync("SELECT state FROM analytics.state", "JSON"));
    }

    [Fact]
    public void A_frame_tells_what_has_changed_of_the_alerts_before_the_state()
    {
        var frames = new WatchFrames();
        var alert = new AlertStatus("shop", "purchase", new AlertDefinition { Name = "a", On = new AlertSubject { Kind = AlertSubjectKind.Total }, Above = 1 }, true, 1, 2, 1, "total is 2, above 1");
        var first = frames.Make(SnapshotOf(alert));
        Assert.StartsWith("event: alert\ndata: {\"project\":\"shop\",\"metric\":\"purchase\",\"alert\":\"a\",\"state\":\"raised\"", Text(first.Snapshot), StringComparison.Ordinal);
        Assert.Contains("\n\nevent: snapshot\nid: " + first.Id, Text(first.Snapshot), StringComparison.Ordinal);
        var same = frames.Make(SnapshotOf(alert));
        Assert.Equal((first.Id, false), (same.Id, Text(same.Change).Contains("event: alert", StringComparison.Ordinal)));
        var cleared = frames.Make(SnapshotOf(alert with { IsRaised = false }));
        Assert.NotEqual(first.Id, cleared.Id);
        Assert.StartsWith("event: alert\n", Text(cleared.Change), StringComparison.Ordinal);
        Assert.Contains("\"state\":\"ok\"", Text(cleared.Change), StringComparison.Ordinal);

        static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
    }

    private static GrainInterfaces.Live.MetricSnapshot SnapshotOf(AlertStatus alert) => new()
    {
        Project = "shop",
        Metric = "purchase",
        Total = 1,
        Duplicates = 0,
        FirstMs = 1,
        LastMs = 2,
        RateSecond = 0,
        RateMinute = 0,
        DurableRows = 1,
        DurablePositions = [],
        FreshnessMs = 0,
        Fields = [],
        Alerts = [alert],
    };

    private static AlertRecord Record(string project, string metric, string alert, long number, string what, bool isRaised) => new()
    {
        Project = project,
        Metric = metric,
        Alert = alert,
        Number = number,
        Event = what,
        IsRaised = isRaised,
        SinceMs = number,
        TimeMs = number,
        Value = 1.5,
        Message = "it's so",
        Definition = """{"on":{"total":true}}""",
        Delivery = "none",
    };

    private static async Task<HttpTestServer> StartAsync()
    {
        var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        server.Actors.Add("shop", "purchase");
        return server;
    }
}
