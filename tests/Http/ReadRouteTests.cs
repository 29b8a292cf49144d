// Goal: what actors know is answered exactly as documented, numbers to the last digit, and what is unknown or misspelt is a problem that says so.
using System.Text.Json;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Schema;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class ReadRouteTests
{
    [Fact]
    public async Task Projects_and_metrics_are_listed()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        Assert.Equal("""{"projects":[]}""", (await server.GetAsync("/v1/projects")).Text);
        server.Actors.Add("shop", "purchase");
        server.Actors.Add("shop", "a/b \"c\" ü");
        server.Actors.Add("blog", "view");
        var answer = await server.GetAsync("/v1/projects");
        Assert.Equal((200, "application/json", """{"projects":["blog","shop"]}"""), (answer.Status, answer.Type?.MediaType, answer.Text));
        Assert.Equal("""{"project":"shop","metric_count":2}""", (await server.GetAsync("/v1/projects/shop")).Text);
        Assert.Equal("""{"project":"shop","metrics":["a/b \"c\" ü","purchase"]}""", (await server.GetAsync("/v1/projects/shop/metrics")).Text);
    }

    [Theory]
    [InlineData("/v1/projects/nope", "project_unknown")]
    [InlineData("/v1/projects/nope/metrics", "project_unknown")]
    [InlineData("/v1/projects/nope/metrics/purchase", "project_unknown")]
    [InlineData("/v1/projects/shop/metrics/nope", "metric_unknown")]
    [InlineData("/v1/projects/shop/metrics/nope/schema", "metric_unknown")]
    [InlineData("/v1/projects/shop/metrics/nope/events", "metric_unknown")]
    [InlineData("/v1/projects/nope/metrics/nope/events", "project_unknown")]
    [InlineData("/v1/nothing", "route_unknown")]
    [InlineData("/v2/projects", "route_unknown")]
    public async Task What_is_not_there_is_404_and_says_what(string path, string code)
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        server.Actors.Add("shop", "purchase");
        (await server.GetAsync(path)).MustBeProblem(404, code);
    }

    [Theory]
    [InlineData("/v1/projects/Shop", "project_invalid")]
    [InlineData("/v1/projects/system/metrics/x", "project_reserved")]
    [InlineData("/v1/projects/analytics/metrics", "project_reserved")]
    [InlineData("/v1/projects/shop/metrics/a%09b", "metric_invalid")]
    public async Task A_name_that_cannot_exist_is_400(string path, string code)
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        (await server.GetAsync(path)).MustBeProblem(400, code);
    }

    [Fact]
    public async Task A_snapshot_is_answered_whole_and_exact()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        server.Actors.Snapshots["shop/purchase"] = new MetricSnapshot
        {
            Project = "shop",
            Metric = "purchase",
            Total = 9_007_199_254_740_993,
            Duplicates = 2,
            FirstMs = 1_700_000_000_000,
            LastMs = 1_700_000_000_123,
            RateSecond = 5,
            RateMinute = 300,
            DurableRows = 9,
            DurablePositions = [new PartitionPosition(0, 123), new PartitionPosition(3, 4)],
            FreshnessMs = 12,
            Drift = -2,
            Fields =
            [
                new FieldSnapshot
                {
                    Name = "amount",
                    Type = "Int64",
                    Count = 3,
                    Null = 1,
                    Conflicts = 0,
                    Min = JsonScalar.Of((Int128)long.MinValue),
                    Max = JsonScalar.Of((Int128)long.MaxValue),
                    Sum = JsonScalar.Of((Int128)long.MaxValue * 3),
                    Avg = JsonScalar.Of(0.1 + 0.2),
                },
                new FieldSnapshot
                {
                    Name = "us\"er",
                    Type = "String",
                    Count = 3,
                    Null = 1,
                    Conflicts = 4,
                    Unique = 2,
                    Top = [new TopValue("u<1>", 2), new TopValue("\n", 1)],
                },
                new FieldSnapshot { Name = "at", Type = "DateTime", Count = 1, Null = 0, Conflicts = 0, Min = JsonScalar.OfTime(0) },
            ],
        };
        const string Expected =
            """
            {"project":"shop","metric":"purchase","total":9007199254740993,"duplicates":2,"late":0,"first":"2023-11-14T22:13:20.000Z","last":"2023-11-14T22:13:20.123Z",
            "rate":{"second":5,"minute":300},"durable":{"rows":9,"positions":{"0":123,"3":4},"drift":-2},"freshness_ms":12,"fields":{
            "amount":{"type":"Int64","count":3,"null":1,"conflicts":0,"min":-9223372036854775808,"max":9223372036854775807,"sum":27670116110564327421,"avg":0.30000000000000004},
            "us\"er":{"type":"String","count":3,"null":1,"conflicts":4,"unique":2,"top":[{"value":"u<1>","count":2},{"value":"\n","count":1}]},
            "at":{"type":"DateTime","count":1,"null":0,"conflicts":0,"min":"1970-01-01T00:00:00.000Z"}}}
            """;
        var answer = await server.GetAsync("/v1/projects/shop/metrics/purchase");
        Assert.Equal(Expected.ReplaceLineEndings(string.Empty), answer.Text);
    }

    [Fact]
    public async Task A_snapshot_without_events_leaves_out_what_is_not_known()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        server.Actors.Add("shop", "purchase");
        var json = (await server.GetAsync("/v1/projects/shop/metrics/purchase")).Json;
        Assert.False(json.TryGetProperty("first", out _));
        Assert.False(json.TryGetProperty("last", out _));
        Assert.Equal(JsonValueKind.Object, json.GetProperty("fields").ValueKind);
    }

    [Theory]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("a%2fb", "a/b")]
    [InlineData("a%252Fb", "a%2Fb")]
    [InlineData("100%25", "100%")]
    [InlineData("x%20y%3Fz%23", "x y?z#")]
    [InlineData("plain+plus", "plain+plus")]
    public async Task A_metric_with_any_name_is_found_by_its_escaped_address(string escaped, string metric)
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        server.Actors.Add("shop", metric);
        foreach (var path in new[] { $"/v1/projects/shop/metrics/{escaped}", $"/v1/projects/shop/metrics/{escaped}/schema?x=%2F" })
        {
            var answer = await server.GetAsync(path);
            Assert.Equal((200, metric), (answer.Status, answer.Json.GetProperty("metric").GetString()));
        }
    }

    [Fact]
    public async Task A_schema_is_answered()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        server.Actors.Schemas["shop/purchase"] = new MetricSchema
        {
            Project = "shop",
            Metric = "purchase",
            Table = "purchase_table",
            Version = 3,
            Columns = [new SchemaColumn("amount", "Int64", "Nullable(Int64)", 2, true)],
            Extra = [new ExtraField("_time", 5, "reserved_name")],
        };
        const string Expected =
            """
            {"project":"shop","metric":"purchase","table":"purchase_table","version":3,
            "columns":[{"name":"amount","type":"Int64","clickhouse_type":"Nullable(Int64)","conflicts":2,"in_table":true}],
            "extra":[{"name":"_time","count":5,"reason":"reserved_name"}],"frozen":false,"types":{},"aliases":{},"promotions":[]}
            """;
        Assert.Equal(Expected.ReplaceLineEndings(string.Empty), (await server.GetAsync("/v1/projects/shop/metrics/purchase/schema")).Text);
    }

    [Fact]
    public async Task The_system_s_own_dead_letter_metric_can_be_read()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        server.Actors.Add("analytics", "dead_letters");
        Assert.Equal(200, (await server.GetAsync("/v1/projects/analytics/metrics/dead_letters")).Status);
    }

    [Fact]
    public async Task An_actor_s_failure_is_500_without_its_words()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        server.Actors.Add("shop", "purchase");
        server.Actors.SnapshotFailure = new InvalidOperationException("secret of the house");
        var answer = (await server.GetAsync("/v1/projects/shop/metrics/purchase")).MustBeProblem(500, "internal_error");
        Assert.DoesNotContain("secret", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "/v1/projects", "GET")]
    [InlineData("GET", "/v1/events", "POST")]
    [InlineData("DELETE", "/v1/projects/shop/metrics/m", "GET")]
    [InlineData("PUT", "/v1/query", "POST")]
    public async Task A_wrong_method_is_405_and_names_the_right_one(string method, string path, string allowed)
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        var answer = (await server.SendAsync(method, path)).MustBeProblem(405, "method_not_allowed");
        Assert.Contains(allowed, answer.Json.GetProperty("detail").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_home_page_names_every_route_there_is()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        var page = await server.GetAsync("/");
        var document = (await server.GetAsync("/openapi/v1.json")).Json;
        Assert.Equal((200, "text/plain"), (page.Status, page.Type?.MediaType));
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            Assert.Contains(path.Name, page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_openapi_document_has_bodies_parameters_and_problems()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        var paths = (await server.GetAsync("/openapi/v1.json")).Json.GetProperty("paths");
        var events = paths.GetProperty("/v1/projects/{project}/metrics/{metric}/events");
        Assert.True(events.GetProperty("post").GetProperty("requestBody").GetProperty("content").TryGetProperty("application/x-ndjson", out _));
        var names = events.GetProperty("get").GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString());
        Assert.Equal(["limit", "metric", "project"], names.Order(StringComparer.Ordinal));
        Assert.True(events.GetProperty("get").GetProperty("responses").TryGetProperty("404", out _));
        Assert.True(paths.TryGetProperty("/v1/events", out _) && paths.TryGetProperty("/v1/query", out _) && paths.TryGetProperty("/metrics", out _));
    }
}
