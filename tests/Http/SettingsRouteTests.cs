// Goal: what somebody decides over HTTP reaches the actor as it was meant or not at all: a body that says anything else is refused before, what the actor
// refuses is told by its code, and the answers show what counts now.
using System.Text;
using System.Text.Json;
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.Live;
using Analytics.Grains.Tables;
using Analytics.Silo.Http;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class SettingsRouteTests
{
    private const string Metric = "/v1/projects/shop/metrics/purchase";
    private const string ProjectRetention = "/v1/projects/shop/retention";
    private const string DeadLetters = "/v1/projects/analytics/metrics/dead_letters";

    // Wrong for every one of them.
    private static readonly string[] NoObjects =
    [
        string.Empty, " ", "null", "true", "1", "\"x\"", "[]", "[{}]", "{", "{}}", "{} {}", "{,}", "x", """{"unknown":1}""", """{"":1}""", "{\"frozen\":true,}", "{} // comment",
    ];

    public static TheoryData<string, string, string> Decisions => new()
    {
        { "PUT", Metric + "/schema", """{"frozen":true}""" },
        { "POST", Metric + "/schema/promote", """{"field":"a","type":"String"}""" },
        { "PUT", Metric + "/retention", """{"delete_after_days":1}""" },
        { "PUT", ProjectRetention, """{"delete_after_days":1}""" },
    };

    public static TheoryData<string, string, string[]> WrongBodies => new()
    {
        {
            "PUT", Metric + "/schema",
            [
                """{"Frozen":true}""", """{"is_frozen":true}""", """{"frozen":1}""", """{"frozen":"true"}""", """{"frozen":[]}""", """{"types":[]}""", """{"types":"a"}""",
                """{"types":{"a":1}}""", """{"types":{"a":{}}}""", """{"types":{"a":["Int64"]}}""", """{"types":{"\ud800":"Int64"}}""", """{"types":{"a":"\udc00"}}""",
                """{"aliases":7}""", """{"aliases":[{"a":"b"}]}""", """{"aliases":{"a":true}}""", """{"hints":{"a":"Int64"}}""", """{"promotions":[]}""",
                """{"frozen":true,"frozen":false}""", """{"types":{"a":"Int64","a":"String"}}""", """{"aliases":{"a":"b","\u0061":"c"}}""",
            ]
        },
        {
            "POST", Metric + "/schema/promote",
            [
                "{}", """{"field":"a"}""", """{"type":"String"}""", """{"field":null,"type":"String"}""", """{"field":"a","type":null}""", """{"field":1,"type":"String"}""",
                """{"field":"a","type":{}}""", """{"field":["a"],"type":"String"}""", """{"field":"a","type":"String","force":true}""", """{"Field":"a","type":"String"}""",
                """{"field":"a","field":"b","type":"String"}""",
            ]
        },
        { "PUT", Metric + "/retention", WrongPolicies },
        { "PUT", ProjectRetention, WrongPolicies },
    };

    private static string[] WrongPolicies =>
    [
        """{"delete_after_days":"90"}""", """{"delete_after_days":1.5}""", """{"delete_after_days":2147483648}""", """{"delete_after_days":-2147483649}""",
        """{"delete_after_days":true}""", """{"delete_after_days":[]}""", """{"deleteAfterDays":90}""", """{"delete_after_days":1,"delete_after_days":2}""", """{"days":1}""",
        """{"move_after_days":"1","volume":"slow"}""", """{"move_after_days":1,"volume":5}""", """{"move_after_days":1,"volume":["slow"]}""",
    ];

    [Fact]
    public async Task A_schema_reaches_the_actor_and_is_answered_with_what_counts_now()
    {
        await using var server = await StartAsync();
        var answer = await SendAsync(
            server, "PUT", Metric + "/schema",
            """{"aliases":{"amt":"amount","сумма":"amount"},"frozen":true,"types":{"amount":"Float64","it's \"x\"":"LowCardinality(String)"}}""");
        const string Expected =
            """
            {"project":"shop","metric":"purchase","table":"purchase","version":1,"columns":[],"extra":[],"frozen":true,
            "types":{"amount":"Float64","it's \"x\"":"LowCardinality(String)"},"aliases":{"amt":"amount","сумма":"amount"},"promotions":[]}
            """;
        Assert.Equal((200, "application/json", Expected.ReplaceLineEndings(string.Empty)), (answer.Status, answer.Type?.MediaType, answer.Text));
        Assert.Equal(answer.Text, (await server.GetAsync(Metric + "/schema")).Text);
        var schema = server.Actors.Settings["shop/purchase"].Schema;
        Assert.True(schema.IsFrozen);
        Assert.Equal((FieldHint[])[new FieldHint("amount", "Float64"), new FieldHint("it's \"x\"", "LowCardinality(String)")], schema.Hints);
        Assert.Equal((FieldAlias[])[new FieldAlias("amt", "amount"), new FieldAlias("сумма", "amount")], schema.Aliases);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"frozen":null,"types":null,"aliases":null}""")]
    [InlineData(""" {"types":{},"aliases":{},"frozen":false} """)]
    public async Task What_is_left_out_of_a_schema_is_not_decided_any_more(string body)
    {
        await using var server = await StartAsync();
        await SendAsync(server, "PUT", Metric + "/schema", """{"frozen":true,"types":{"a":"Int64"},"aliases":{"b":"a"}}""");
        var json = (await SendAsync(server, "PUT", Metric + "/schema", body)).Json;
        Assert.False(json.GetProperty("frozen").GetBoolean());
        Assert.Empty(json.GetProperty("types").EnumerateObject());
        Assert.Empty(json.GetProperty("aliases").EnumerateObject());
        var schema = server.Actors.Settings["shop/purchase"].Schema;
        Assert.Equal((false, 0, 0), (schema.IsFrozen, schema.Hints.Length, schema.Aliases.Length));
    }

    [Theory]
    [InlineData("""{"types":{"a":null}}""")]
    [InlineData("""{"aliases":{"a":null}}""")]
    public async Task A_null_instead_of_a_name_is_an_empty_one_which_the_actor_refuses(string body)
    {
        await using var server = await StartAsync();
        await SendAsync(server, "PUT", Metric + "/schema", body);
        var schema = server.Actors.Settings["shop/purchase"].Schema;
        Assert.Equal(SettingsRefusal.Invalid, SettingsCheck.WhyNot(schema, new TablePlan([], 10, []), new LiveMetric())?.Code);
    }

    [Fact]
    public async Task A_schema_of_a_metric_without_events_is_answered_as_one_without_a_table()
    {
        await using var server = await StartAsync();
        const string Expected =
            """{"project":"shop","metric":"a/b","table":"a/b","version":0,"columns":[],"extra":[],"frozen":false,"types":{},"aliases":{},"promotions":[]}""";
        Assert.Equal(Expected, (await SendAsync(server, "PUT", "/v1/projects/shop/metrics/a%2Fb/schema", "{}")).Text);
        Assert.Equal("shop/a/b", Assert.Single(server.Actors.Settings).Key);
    }

    [Fact]
    public async Task A_promotion_is_accepted_and_shown_with_how_far_it_is()
    {
        await using var server = await StartAsync();
        var answer = await SendAsync(server, "POST", Metric + "/schema/promote", """{"type":"Array","field":"it's \"x\""}""");
        Assert.Equal((202, "application/json"), (answer.Status, answer.Type?.MediaType));
        Assert.Equal("""[{"field":"it's \"x\"","type":"Array","state":"running","parts_to_do":0}]""", answer.Json.GetProperty("promotions").GetRawText());
        Assert.Equal("PromoteAsync shop/purchase", Assert.Single(server.Actors.Decisions));

        server.Actors.Settings["shop/purchase"] = MetricSettings.None
            .With(new Promotion("a", "Int64") { State = Promotion.Done })
            .With(new Promotion("b", "String") { State = Promotion.Failed, PartsToDo = 3, Reason = "no \"space\"" })
            .With(new Promotion("c", "Bool") { PartsToDo = 2 });
        const string Expected =
            """
            [{"field":"a","type":"Int64","state":"done","parts_to_do":0},
            {"field":"b","type":"String","state":"failed","parts_to_do":3,"reason":"no \"space\""},
            {"field":"c","type":"Bool","state":"running","parts_to_do":2}]
            """;
        Assert.Equal(Expected.ReplaceLineEndings(string.Empty), (await server.GetAsync(Metric + "/schema")).Json.GetProperty("promotions").GetRawText());
    }

    [Theory]
    [InlineData("""{"delete_after_days":90,"move_after_days":7,"volume":"slow"}""", 90, 7, "slow", "90,\"move_after_days\":7,\"volume\":\"slow\"")]
    [InlineData("""{"volume":"it's","move_after_days":36500}""", null, 36500, "it's", "null,\"move_after_days\":36500,\"volume\":\"it's\"")]
    [InlineData("""{"delete_after_days":0}""", 0, null, null, "0,\"move_after_days\":null,\"volume\":null")]
    [InlineData("""{"delete_after_days":-5,"volume":null}""", -5, null, null, "-5,\"move_after_days\":null,\"volume\":null")]
    [InlineData("{}", null, null, null, "null,\"move_after_days\":null,\"volume\":null")]
    public async Task A_policy_reaches_the_actor_and_is_answered(string body, int? deleteAfterDays, int? moveAfterDays, string? volume, string answered)
    {
        await using var server = await StartAsync();
        var policy = new RetentionPolicy { DeleteAfterDays = deleteAfterDays, MoveAfterDays = moveAfterDays, Volume = volume };
        foreach (var (path, by) in new[] { (Metric + "/retention", "metric"), (ProjectRetention, "project") })
        {
            var answer = await SendAsync(server, "PUT", path, body);
            Assert.Equal((200, $$"""{"delete_after_days":{{answered}},"decided_by":"{{by}}"}"""), (answer.Status, answer.Text));
            Assert.Equal(answer.Text, (await server.GetAsync(path)).Text);
        }

        Assert.Equal(policy, server.Actors.Settings["shop/purchase"].Retention);
        Assert.Equal(policy, server.Actors.Retentions["shop"]);
    }

    [Fact]
    public async Task A_metric_goes_by_its_own_policy_before_its_project_s_and_by_none_before_either()
    {
        await using var server = await StartAsync();
        await AssertPolicyAsync(server, ProjectRetention, "nobody", null);
        await AssertPolicyAsync(server, Metric + "/retention", "nobody", null);
        await SendAsync(server, "PUT", ProjectRetention, """{"delete_after_days":30}""");
        await AssertPolicyAsync(server, Metric + "/retention", "project", 30);
        await SendAsync(server, "PUT", Metric + "/retention", """{"delete_after_days":5}""");
        await AssertPolicyAsync(server, Metric + "/retention", "metric", 5);
        await AssertPolicyAsync(server, ProjectRetention, "project", 30);
        await SendAsync(server, "PUT", Metric + "/retention", "{}");
        await AssertPolicyAsync(server, Metric + "/retention", "metric", null);
        var answer = await SendAsync(server, "DELETE", Metric + "/retention", ReadOnlyMemory<byte>.Empty);
        Assert.Equal((200, "project"), (answer.Status, answer.Json.GetProperty("decided_by").GetString()));
        await AssertPolicyAsync(server, Metric + "/retention", "project", 30);
        Assert.Null(server.Actors.Settings["shop/purchase"].Retention);
    }

    [Theory]
    [MemberData(nameof(WrongBodies))]
    public async Task A_body_that_is_not_as_it_should_be_reaches_no_actor(string method, string path, string[] bodies)
    {
        await using var server = await StartAsync();
        foreach (var body in bodies.Concat(NoObjects))
        {
            await AssertInvalidAsync(server, method, path, Encoding.UTF8.GetBytes(body), body);
        }

        await AssertInvalidAsync(server, method, path, (byte[])[.. "{\"volume\":\""u8, 0xFF, .. "\"}"u8], "not UTF-8");
        Assert.Empty(server.Actors.Decisions);
    }

    [Theory]
    [MemberData(nameof(Decisions))]
    public async Task The_body_s_limit_holds_to_the_byte(string method, string path, string body)
    {
        await using var server = await StartAsync(new HttpOptions { QueryBodyBytesMax = 1_024 });
        var bytes = Encoding.UTF8.GetBytes(body.PadRight(1_025));
        foreach (var isChunked in new[] { false, true })
        {
            Assert.InRange((await SendAsync(server, method, path, bytes.AsMemory(0, 1_024), isChunked)).Status, 200, 202);
            Assert.Single(server.Actors.Decisions);
            server.Actors.Decisions.Clear();
            (await SendAsync(server, method, path, bytes, isChunked)).MustBeProblem(413, "body_too_large");
            Assert.Empty(server.Actors.Decisions);
        }
    }

    [Theory]
    [MemberData(nameof(Decisions))]
    public async Task What_the_actor_refuses_is_told_by_its_code(string method, string path, string body)
    {
        await using var server = await StartAsync(new HttpOptions { RetryAfterSeconds = 7 });
        foreach (var (code, status) in new[]
        {
            (SettingsRefusal.Invalid, 400), (SettingsRefusal.TypeConflict, 409), (SettingsRefusal.VolumeUnknown, 409), (SettingsRefusal.NotNow, 503),
        })
        {
            server.Actors.Refusal = new SettingsRefusal(code, $"because of {code}");
            var answer = (await SendAsync(server, method, path, body)).MustBeProblem(status, code);
            Assert.Equal($"because of {code}", answer.Json.GetProperty("detail").GetString());
            TimeSpan? retryAfter = status == 503 ? TimeSpan.FromSeconds(7) : null;
            Assert.Equal(retryAfter, answer.RetryAfter);
        }

        Assert.Equal((4, 0, 0), (server.Actors.Decisions.Count, server.Actors.Settings.Count, server.Actors.Retentions.Count));
    }

    [Fact]
    public async Task A_policy_that_cannot_be_taken_back_now_is_503_too()
    {
        await using var server = await StartAsync();
        server.Actors.Refusal = new SettingsRefusal(SettingsRefusal.NotNow, "the table is away");
        var answer = await SendAsync(server, "DELETE", Metric + "/retention", ReadOnlyMemory<byte>.Empty);
        Assert.Equal(TimeSpan.FromSeconds(1), answer.MustBeProblem(503, "not_now").RetryAfter);
    }

    [Theory]
    [InlineData("/v1/projects/Shop/metrics/purchase", "project_invalid")]
    [InlineData("/v1/projects/system/metrics/purchase", "project_reserved")]
    [InlineData("/v1/projects/analytics/metrics/fields", "project_reserved")]
    [InlineData("/v1/projects/shop/metrics/a%09b", "metric_invalid")]
    public async Task Nothing_is_decided_for_a_name_that_cannot_exist(string metric, string code)
    {
        await using var server = await StartAsync();
        (await SendAsync(server, "PUT", metric + "/schema", "{}")).MustBeProblem(400, code);
        (await SendAsync(server, "POST", metric + "/schema/promote", """{"field":"a","type":"String"}""")).MustBeProblem(400, code);
        (await SendAsync(server, "PUT", metric + "/retention", "{}")).MustBeProblem(400, code);
        (await SendAsync(server, "DELETE", metric + "/retention", ReadOnlyMemory<byte>.Empty)).MustBeProblem(400, code);
        (await server.GetAsync(metric + "/retention")).MustBeProblem(400, code);
        Assert.Empty(server.Actors.Decisions);
    }

    [Theory]
    [InlineData("Shop", "project_invalid")]
    [InlineData("a%2Fb", "project_invalid")]
    [InlineData("system", "project_reserved")]
    [InlineData("analytics", "project_reserved")]
    public async Task Nothing_is_decided_for_a_project_that_cannot_exist(string project, string code)
    {
        await using var server = await StartAsync();
        (await SendAsync(server, "PUT", $"/v1/projects/{project}/retention", "{}")).MustBeProblem(400, code);
        (await server.GetAsync($"/v1/projects/{project}/retention")).MustBeProblem(400, code);
        Assert.Empty(server.Actors.Decisions);
    }

    [Fact]
    public async Task Nothing_is_decided_for_tables_of_the_system_which_can_be_read()
    {
        await using var server = await StartAsync();
        (await SendAsync(server, "PUT", DeadLetters + "/schema", "{}")).MustBeProblem(409, "settings_of_system");
        (await SendAsync(server, "POST", DeadLetters + "/schema/promote", """{"field":"a","type":"String"}""")).MustBeProblem(409, "settings_of_system");
        (await SendAsync(server, "PUT", DeadLetters + "/retention", "{}")).MustBeProblem(409, "settings_of_system");
        (await SendAsync(server, "DELETE", DeadLetters + "/retention", ReadOnlyMemory<byte>.Empty)).MustBeProblem(409, "settings_of_system");
        Assert.Empty(server.Actors.Decisions);
        await AssertPolicyAsync(server, DeadLetters + "/retention", "nobody", null);
    }

    [Theory]
    [InlineData("DELETE", Metric + "/schema", "PUT")]
    [InlineData("GET", Metric + "/schema/promote", "POST")]
    [InlineData("POST", Metric + "/retention", "PUT")]
    [InlineData("DELETE", ProjectRetention, "PUT")]
    public async Task A_wrong_method_is_405_and_names_the_right_one(string method, string path, string allowed)
    {
        await using var server = await StartAsync();
        var answer = (await SendAsync(server, method, path, "{}")).MustBeProblem(405, "method_not_allowed");
        Assert.Contains(allowed, answer.Json.GetProperty("detail").GetString()!, StringComparison.Ordinal);
        Assert.Empty(server.Actors.Decisions);
    }

    [Fact]
    public async Task The_openapi_document_shows_the_bodies()
    {
        await using var server = await StartAsync();
        var paths = (await server.GetAsync("/openapi/v1.json")).Json.GetProperty("paths");
        foreach (var (path, method) in new[]
        {
            ("/v1/projects/{project}/metrics/{metric}/schema", "put"), ("/v1/projects/{project}/metrics/{metric}/schema/promote", "post"),
            ("/v1/projects/{project}/metrics/{metric}/retention", "put"), ("/v1/projects/{project}/retention", "put"),
        })
        {
            Assert.True(paths.GetProperty(path).GetProperty(method).GetProperty("requestBody").GetProperty("content").TryGetProperty("application/json", out _), path);
        }
    }

    private static async Task<HttpTestServer> StartAsync(HttpOptions? options = null)
    {
        var server = await HttpTestServer.StartAsync(options: options, log: new EventLogDouble());
        server.Actors.Add("shop", "purchase");
        return server;
    }

    private static Task<HttpAnswer> SendAsync(HttpTestServer server, string method, string path, string body) =>
        SendAsync(server, method, path, Encoding.UTF8.GetBytes(body));

    private static Task<HttpAnswer> SendAsync(HttpTestServer server, string method, string path, ReadOnlyMemory<byte> body, bool isChunked = false) =>
        server.SendAsync(method, path, body, isChunked);

    private static async Task AssertInvalidAsync(HttpTestServer server, string method, string path, ReadOnlyMemory<byte> body, string what)
    {
        var answer = await SendAsync(server, method, path, body);
        Assert.True(answer.Status == 400, $"{what}: {answer.Status} {answer.Text}");
        answer.MustBeProblem(400, SettingsRefusal.Invalid);
    }

    private static async Task AssertPolicyAsync(HttpTestServer server, string path, string decidedBy, int? deleteAfterDays)
    {
        var json = (await server.GetAsync(path)).Json;
        Assert.Equal(decidedBy, json.GetProperty("decided_by").GetString());
        var days = json.GetProperty("delete_after_days");
        int? told = days.ValueKind == JsonValueKind.Null ? null : days.GetInt32();
        Assert.Equal(deleteAfterDays, told);
    }
}
