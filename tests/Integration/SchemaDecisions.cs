// Goal: what a person decides about a metric over HTTP counts on a real process, before and after a restart: given types, other names, a frozen schema, a column
// for what went to _extra, and how long rows are kept.
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Analytics.Tests.Integration;

public sealed class SchemaDecisions(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly RunningSilo _silo = fixture.Silo;

    [Fact]
    public async Task Types_given_before_the_first_event_are_the_columns_types()
    {
        var answer = await PutAsync("early", "schema", """{"types":{"price":"Float64","code":"String"}}""");
        Assert.Empty(answer.GetProperty("columns").EnumerateArray());
        await SendAsync("""{"price":3,"code":"DE"}""", "early", 1);
        var schema = await SchemaAsync("early");
        Assert.Equal(["price Nullable(Float64)", "code Nullable(String)"], ColumnsOf(schema));
        Assert.Equal("Float64", schema.GetProperty("types").GetProperty("price").GetString());
    }

    [Fact]
    public async Task Types_that_the_stored_values_cannot_have_are_refused_and_the_old_decision_counts()
    {
        await SendAsync("""{"a":"x"}""", "taken", 1);
        await PutAsync("taken", "schema", """{"types":{"b":"Bool"}}""");
        var (status, problem) = await TryPutAsync("taken", "schema", """{"types":{"a":"Int64"}}""");
        Assert.Equal((HttpStatusCode.Conflict, "type_conflict"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal("Bool", (await SchemaAsync("taken")).GetProperty("types").GetProperty("b").GetString());
    }

    [Fact]
    public async Task A_field_by_another_name_is_the_same_column_after_a_restart_too()
    {
        await using var silo = await RunningSilo.StartNewAsync();
        await PutAsync("renamed", "schema", """{"aliases":{"amt":"amount"}}""", silo);
        await SendAsync("""{"amount":1}""", "renamed", 1, silo);
        await SendAsync("""{"amt":2}""", "renamed", 2, silo);
        await silo.StopAsync();
        await silo.StartAsync();
        await SendAsync("""{"amt":3,"amount":4}""", "renamed", 3, silo);
        var live = (await LiveAsync("renamed", 3, silo)).GetProperty("fields");
        Assert.Equal(7, live.GetProperty("amount").GetProperty("sum").GetInt64());
        Assert.False(live.TryGetProperty("amt", out _));
        var rows = await silo.QueryAsync("SELECT amount, _extra FROM shop.renamed ORDER BY amount");
        Assert.Equal(
            ["""{"amount":1,"_extra":{}}""", """{"amount":2,"_extra":{}}""", """{"amount":4,"_extra":{"amt":"3"}}"""], rows.Select(row => row.GetRawText()));
        var extra = Assert.Single((await SchemaAsync("renamed", silo)).GetProperty("extra").EnumerateArray());
        Assert.Equal("alias", extra.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_frozen_schema_keeps_new_fields_beside_the_table_until_one_is_promoted()
    {
        await using var silo = await RunningSilo.StartNewAsync();
        await SendAsync("""{"a":1}""", "cold", 1, silo);
        await PutAsync("cold", "schema", """{"frozen":true}""", silo);
        await SendAsync("""{"a":2,"b":10}""", "cold", 2, silo);
        await SendAsync("""{"a":3,"b":"many"}""", "cold", 3, silo);
        Assert.Equal(["a Nullable(Int64)"], ColumnsOf(await SchemaAsync("cold", silo)));
        Assert.Equal("schema_frozen", (await SchemaAsync("cold", silo)).GetProperty("extra")[0].GetProperty("reason").GetString());

        var (status, answer) = await silo.PostAsync("/v1/projects/shop/metrics/cold/schema/promote", Json("""{"field":"b","type":"Int64"}"""));
        Assert.True(status == HttpStatusCode.Accepted, answer.GetRawText());
        await SendAsync("""{"a":4,"b":20}""", "cold", 4, silo);
        await PromotedAsync("cold", silo);
        await AssertPromotedAsync(silo);

        await silo.KillAsync();
        await silo.StartAsync();
        await AssertPromotedAsync(silo);
        await SendAsync("""{"a":5,"b":30}""", "cold", 5, silo);
        Assert.Equal(60, (await LiveAsync("cold", 5, silo)).GetProperty("fields").GetProperty("b").GetProperty("sum").GetInt64());
    }

    [Fact]
    public async Task A_promotion_that_a_kill_interrupts_is_finished_by_the_next_start()
    {
        await using var silo = await RunningSilo.StartNewAsync();
        await PutAsync("cut", "schema", """{"frozen":true}""", silo);
        await SendAsync("""{"b":true}""", "cut", 1, silo);
        await silo.QueryAsync("SELECT count() FROM shop.cut");
        var (status, answer) = await silo.PostAsync("/v1/projects/shop/metrics/cut/schema/promote", Json("""{"field":"b","type":"Bool"}"""));
        Assert.True(status == HttpStatusCode.Accepted, answer.GetRawText());
        await silo.KillAsync();
        await silo.StartAsync();
        await PromotedAsync("cut", silo);
        var rows = await silo.QueryAsync("SELECT b, _extra FROM shop.cut");
        Assert.Equal("""{"b":true,"_extra":{}}""", Assert.Single(rows).GetRawText());
        Assert.Equal(1, (await LiveAsync("cut", 1, silo)).GetProperty("fields").GetProperty("b").GetProperty("count").GetInt64());
    }

    [Fact]
    public async Task A_projects_policy_counts_for_its_metrics_and_a_metrics_own_before_it()
    {
        await using var silo = await RunningSilo.StartNewAsync();
        await SendAsync("""{"a":1}""", "kept", 1, silo);
        await SendAsync("""{"a":1}""", "own", 1, silo);
        await silo.QueryAsync("SELECT count() FROM shop.kept, shop.own");
        await PutAsync("own", "retention", """{"delete_after_days":7}""", silo);
        using var response = await silo.Http.PutAsync(new Uri("/v1/projects/shop/retention", UriKind.Relative), Json("""{"delete_after_days":90}"""));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());

        Assert.Equal(("project", 90), await RetentionAsync("kept", silo));
        Assert.Equal(("metric", 7), await RetentionAsync("own", silo));
        Assert.Contains("toIntervalDay(90)", await EngineOfAsync("kept", silo), StringComparison.Ordinal);
        Assert.Contains("toIntervalDay(7)", await EngineOfAsync("own", silo), StringComparison.Ordinal);

        await SendAsync("""{"a":1}""", "later", 1, silo);
        await silo.QueryAsync("SELECT count() FROM shop.later");
        Assert.Contains("toIntervalDay(90)", await EngineOfAsync("later", silo), StringComparison.Ordinal);
        using var deleted = await silo.Http.DeleteAsync(new Uri("/v1/projects/shop/metrics/own/retention", UriKind.Relative));
        Assert.True(deleted.IsSuccessStatusCode, await deleted.Content.ReadAsStringAsync());
        Assert.Contains("toIntervalDay(90)", await EngineOfAsync("own", silo), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_that_a_start_has_not_loaded_yet_are_changed_like_others()
    {
        await using var silo = await RunningSilo.StartNewAsync();
        foreach (var metric in new[] { "widened", "shortened", "retyped" })
        {
            await SendAsync("""{"n":1,"t":"x"}""", metric, 1, silo);
            await silo.QueryAsync($"SELECT count() FROM shop.{metric}");
        }

        await silo.StopAsync();
        await silo.StartAsync();
        await SendAsync("""{"n":0.5}""", "widened", 2, silo);
        await PutAsync("shortened", "retention", """{"delete_after_days":9}""", silo);
        await PutAsync("retyped", "schema", """{"types":{"t":"String"}}""", silo);
        await SendAsync("""{"t":"y"}""", "retyped", 2, silo);
        Assert.Equal(2, (await silo.QueryAsync("SELECT n FROM shop.widened")).Length);
        Assert.Equal(2, (await silo.QueryAsync("SELECT t FROM shop.retyped")).Length);
        Assert.Contains("n Nullable(Float64)", ColumnsOf(await SchemaAsync("widened", silo)));
        Assert.Contains("t Nullable(String)", ColumnsOf(await SchemaAsync("retyped", silo)));
        Assert.Contains("toIntervalDay(9)", await EngineOfAsync("shortened", silo), StringComparison.Ordinal);

        // Of ours: the runtime's watchdog warns of a machine that is busy.
        Assert.DoesNotContain("warn: Analytics.", silo.Output, StringComparison.Ordinal);
    }

    private static async Task AssertPromotedAsync(RunningSilo silo)
    {
        var rows = await silo.QueryAsync("SELECT a, b, _extra FROM shop.cold ORDER BY a");
        Assert.Equal(
            [
                """{"a":1,"b":null,"_extra":{}}""", """{"a":2,"b":10,"_extra":{}}""", """{"a":3,"b":null,"_extra":{"b":"many"}}""", """{"a":4,"b":20,"_extra":{}}""",
            ],
            rows.Select(row => row.GetRawText()));
        var field = (await LiveAsync("cold", 4, silo)).GetProperty("fields").GetProperty("b");
        Assert.Equal((2, 30, 1), (field.GetProperty("count").GetInt32(), field.GetProperty("sum").GetInt32(), field.GetProperty("conflicts").GetInt32()));
    }

    private static Task<JsonElement> PromotedAsync(string metric, RunningSilo silo) => Eventually.GetAsync(
        () => SchemaAsync(metric, silo),
        schema => schema.GetProperty("promotions").EnumerateArray().Single().GetProperty("state").GetString() == "done",
        Soon);

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static string[] ColumnsOf(JsonElement schema) =>
        [.. schema.GetProperty("columns").EnumerateArray().Select(column => $"{column.GetProperty("name")} {column.GetProperty("clickhouse_type")}")];

    private static Task<JsonElement> SchemaAsync(string metric, RunningSilo silo) => silo.GetAsync($"/v1/projects/shop/metrics/{metric}/schema");

    private Task<JsonElement> SchemaAsync(string metric) => SchemaAsync(metric, _silo);

    private static async Task<(string? By, int Days)> RetentionAsync(string metric, RunningSilo silo)
    {
        var answer = await silo.GetAsync($"/v1/projects/shop/metrics/{metric}/retention");
        return (answer.GetProperty("decided_by").GetString(), answer.GetProperty("delete_after_days").GetInt32());
    }

    private static async Task<string> EngineOfAsync(string metric, RunningSilo silo) =>
        (await silo.QueryAsync($"SELECT engine_full FROM system.tables WHERE database = 'shop' AND name = '{metric}'"))[0].GetProperty("engine_full").GetString()!;

    private async Task<(HttpStatusCode Status, JsonElement Answer)> TryPutAsync(string metric, string what, string body, RunningSilo? silo = null)
    {
        using var response = await (silo ?? _silo).Http.PutAsync(new Uri($"/v1/projects/shop/metrics/{metric}/{what}", UriKind.Relative), Json(body));
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    private async Task<JsonElement> PutAsync(string metric, string what, string body, RunningSilo? silo = null)
    {
        var (status, answer) = await TryPutAsync(metric, what, body, silo);
        Assert.True(status == HttpStatusCode.OK, answer.GetRawText());
        return answer;
    }

    private async Task SendAsync(string fields, string metric, long total, RunningSilo? silo = null)
    {
        var (status, answer) = await (silo ?? _silo).PostAsync($"/v1/projects/shop/metrics/{metric}/events", Json(fields));
        Assert.True(status == HttpStatusCode.Accepted, answer.GetRawText());
        await LiveAsync(metric, total, silo ?? _silo);
    }

    private static Task<JsonElement> LiveAsync(string metric, long total, RunningSilo silo) => Eventually.GetAsync(
        async () =>
        {
            using var response = await silo.Http.GetAsync(new Uri($"/v1/projects/shop/metrics/{metric}", UriKind.Relative));
            return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        },
        answer => answer.TryGetProperty("total", out var count) && count.GetInt64() == total,
        Soon);
}
