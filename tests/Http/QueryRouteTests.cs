// Goal: users' SQL runs read-only on the real engine in every offered format, sees what was taken before it (its metrics are flushed),
// and everything that can be wrong with a request is told by code.
using System.Text;
using System.Text.Json;
using Analytics.Grains.ClickHouse;
using Analytics.Silo.Http;
using Analytics.Silo.Http.Query;
using Analytics.Tests.ClickHouse;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class QueryRouteTests(EngineFixture fixture)
{
    [Theory]
    [InlineData("JSONEachRow", "application/x-ndjson", "{\"n\":1,\"s\":\"a\"}\n")]
    [InlineData("JSONCompactEachRow", "application/x-ndjson", "[1, \"a\"]\n")]
    [InlineData("CSVWithNames", "text/csv", "\"n\",\"s\"\n1,\"a\"\n")]
    [InlineData("CSV", "text/csv", "1,\"a\"\n")]
    [InlineData("TSVWithNames", "text/tab-separated-values", "n\ts\n1\ta\n")]
    [InlineData("TSV", "text/tab-separated-values", "1\ta\n")]
    [InlineData("Markdown", "text/markdown", null)]
    [InlineData("JSON", "application/json", null)]
    [InlineData("JSONCompact", "application/json", null)]
    public async Task Every_offered_format_is_answered_by_the_real_engine(string format, string type, string? text)
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble(), engine: await fixture.OpenAsync());
        var answer = await server.PostAsync("/v1/query", $$"""{"sql":"SELECT 1 AS n, 'a' AS s","format":"{{format}}"}""");
        Assert.Equal((200, type), (answer.Status, answer.Type?.MediaType));
        Assert.True(text is null || text == answer.Text, answer.Text);
        Assert.NotEmpty(answer.Text);
    }

    [Fact]
    public async Task Json_is_the_default_and_64_bit_numbers_stay_numbers()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble(), engine: await fixture.OpenAsync());
        var answer = await server.PostAsync("/v1/query", """{"sql":"SELECT toInt64(9007199254740993) AS n"}""");
        Assert.Equal("9007199254740993", answer.Json.GetProperty("data")[0].GetProperty("n").GetRawText());
    }

    [Fact]
    public async Task Nothing_of_a_failed_query_comes_with_the_next_answer()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble(), engine: await fixture.OpenAsync());
        foreach (var format in new[] { "JSON", "JSONEachRow", "CSVWithNames" })
        {
            // Fails after it has begun to write, on every connection for users.
            var failing = $$"""{"sql":"SELECT number FROM numbers(1000000)","format":"{{format}}"}""";
            for (var i = 0; i < 4; i++)
            {
                (await server.PostAsync("/v1/query", failing)).MustBeProblem(400, "query_refused");
            }

            for (var i = 0; i < 4; i++)
            {
                Assert.Equal("7\n", (await server.PostAsync("/v1/query", """{"sql":"SELECT 7","format":"TSV"}""")).Text);
            }
        }
    }

    [Fact]
    public async Task Parameters_arrive_as_values_whatever_is_in_them()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble(), engine: await fixture.OpenAsync());
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            sql = "SELECT {s:String} AS s, {n:Int64} AS n, {f:Float64} AS f, {a:Array(String)} AS a, {i:Array(Int64)} AS i, {o:Nullable(String)} AS o",
            format = "JSONEachRow",
            parameters = new { s = "it's\t\"\\\n{x:String}", n = -5, f = 0.5, a = new[] { "x'y", "\\" }, i = new[] { 1, 2 }, o = (string?)null },
        });
        var row = (await server.PostAsync("/v1/query", body)).Json;
        Assert.Equal("it's\t\"\\\n{x:String}", row.GetProperty("s").GetString());
        Assert.Equal((-5, 0.5), (row.GetProperty("n").GetInt64(), row.GetProperty("f").GetDouble()));
        Assert.Equal(["x'y", "\\"], row.GetProperty("a").EnumerateArray().Select(value => value.GetString()));
        Assert.Equal(2, row.GetProperty("i").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, row.GetProperty("o").ValueKind);
    }

    [Theory]
    [InlineData("SELEKT 1", "query_failed", 62)]
    [InlineData("SELECT * FROM nope.nope", "query_failed", null)]
    [InlineData("CREATE TABLE default.x (a Int8) ENGINE = Memory", "query_refused", null)]
    [InlineData("SELECT number FROM numbers(2000)", "query_refused", 396)]
    public async Task What_the_real_engine_says_is_told_with_its_code(string sql, string code, int? clickHouseCode)
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble(), engine: await fixture.OpenAsync());
        var answer = (await server.PostAsync("/v1/query", $$"""{"sql":"{{sql}}"}""")).MustBeProblem(400, code);
        var told = answer.Json.GetProperty("clickhouse_code").GetInt32();
        Assert.True(clickHouseCode is null || clickHouseCode == told, $"{told}");
    }

    [Theory]
    [InlineData(159, "query_timeout")]
    [InlineData(160, "query_timeout")]
    [InlineData(164, "query_refused")]
    [InlineData(241, "query_refused")]
    [InlineData(47, "query_failed")]
    public async Task Codes_of_the_engine_are_sorted(int clickHouseCode, string code)
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        server.ClickHouse.Answer = _ => throw new ClickHouseException(clickHouseCode, "because");
        var answer = (await server.PostAsync("/v1/query", """{"sql":"SELECT 1"}""")).MustBeProblem(400, code);
        Assert.Equal(("because", clickHouseCode), (answer.Json.GetProperty("detail").GetString(), answer.Json.GetProperty("clickhouse_code").GetInt32()));
    }

    [Fact]
    public async Task A_server_that_is_away_is_no_fault_of_the_query()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        server.ClickHouse.Answer = _ => throw new ClickHouseAwayException("ClickHouse at http://a:8123 cannot be reached");
        (await server.PostAsync("/v1/query", """{"sql":"SELECT 1"}""")).MustBeProblem(503, "engine_unavailable");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("SELECT 1")]
    [InlineData("{}")]
    [InlineData("""{"sql":" "}""")]
    [InlineData("""{"sql":5}""")]
    [InlineData("""{"sql":"SELECT 1","fromat":"JSON"}""")]
    [InlineData("""{"sql":"SELECT 1","format":"Native"}""")]
    [InlineData("""{"sql":"SELECT 1","format":"json"}""")]
    [InlineData("""{"sql":"SELECT 1","parameters":{"a":{}}}""")]
    [InlineData("""{"sql":"SELECT 1","parameters":{"a b":1}}""")]
    [InlineData("""{"sql":"SELECT 1","parameters":{"a":[{}]}}""")]
    public async Task A_request_that_is_no_query_is_400(string body)
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        (await server.PostAsync("/v1/query", body)).MustBeProblem(400, "query_invalid");
        Assert.Empty(server.ClickHouse.UserQueries);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_body_s_limit_holds_to_the_byte(bool isChunked)
    {
        await using var server = await HttpTestServer.StartAsync(options: new HttpOptions { QueryBodyBytesMax = 1_024 }, log: new EventLogDouble());
        var body = Encoding.UTF8.GetBytes("""{"sql":"SELECT 1"}""".PadRight(1_025));
        Assert.Equal(200, (await server.PostAsync("/v1/query", body.AsMemory(0, 1_024), isChunked: isChunked)).Status);
        (await server.PostAsync("/v1/query", body, isChunked: isChunked)).MustBeProblem(413, "body_too_large");
    }

    [Theory]
    [InlineData("SELECT * FROM shop.purchase", "shop/purchase")]
    [InlineData("SELECT * FROM shop.`a/b` JOIN blog.view USING x", "blog/view shop/a/b")]
    [InlineData("SELECT 1", "")]
    [InlineData("SELECT * FROM shop.`we\\`ird`", "shop/a/b shop/purchase shop/we`ird")]
    [InlineData("SELECT * FROM shop.`we``ird`", "shop/we`ird")]
    [InlineData("SELECT count() FROM merge('shop', '^p')", "shop/a/b shop/purchase shop/we`ird")]
    [InlineData("SELECT * FROM analytics.dead_letters", "analytics/dead_letters")]
    public async Task Metrics_that_a_query_names_are_flushed_first(string sql, string flushed)
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        foreach (var (project, metric) in new[] { ("shop", "purchase"), ("shop", "a/b"), ("shop", "we`ird"), ("blog", "view") })
        {
            server.Actors.Add(project, metric);
        }

        server.ClickHouse.Answer = _ => string.Join(' ', server.Actors.Flushed.Order(StringComparer.Ordinal));
        var answer = await server.PostAsync("/v1/query", JsonSerializer.SerializeToUtf8Bytes(new { sql, format = "TSV" }));

        // A metric whose name is quoted differently is flushed with every query of its project; more than needed is fine, less is not.
        var expected = flushed.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var all = answer.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Subset(all.ToHashSet(), expected.ToHashSet());
        Assert.DoesNotContain(all.Except(expected), key => key != "shop/we`ird");
    }

    [Fact]
    public async Task Names_in_parameters_count_too_and_a_slow_flush_is_503()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        server.Actors.Add("shop", "purchase");
        var flusher = server.Services.GetRequiredService<QueryFlusher>();
        Assert.Equal([("shop", "purchase")], await flusher.FindAsync("SELECT * FROM {d:Identifier}.{t:Identifier}\nshop\npurchase"));
        server.Actors.FlushFailure = new TimeoutException();
        var body = """{"sql":"SELECT * FROM {d:Identifier}.{t:Identifier}","parameters":{"d":"shop","t":"purchase"}}""";
        (await server.PostAsync("/v1/query", body)).MustBeProblem(503, "flush_timeout");
        Assert.Empty(server.ClickHouse.UserQueries);
    }
}
