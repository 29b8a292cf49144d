// Goal: what the README shows is what a person gets, on a real process: a database, a table, a new column, the live counter, dead letters.
using System.Net;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Analytics.Tests.Integration;

public sealed class FirstSteps(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly RunningSilo _silo = fixture.Silo;

    [Fact]
    public async Task The_first_event_makes_database_table_and_live_counter()
    {
        await SendAsync("""{"project":"shop","metric":"purchase","fields":{"amount":12.5,"user":"u1","ok":true}}""");

        var live = await LiveAsync("shop", "purchase", total: 1);
        Assert.Equal(12.5, live.GetProperty("fields").GetProperty("amount").GetProperty("sum").GetDouble());
        Assert.Contains("shop", (await _silo.GetAsync("/v1/projects")).GetProperty("projects").EnumerateArray().Select(NameOf));
        var rows = await _silo.QueryAsync("SELECT amount, user, ok FROM shop.purchase");
        Assert.Equal("""{"amount":12.5,"user":"u1","ok":true}""", Assert.Single(rows).GetRawText());
    }

    [Fact]
    public async Task The_first_event_of_a_metric_can_be_read_at_once()
    {
        await SendAsync("""{"project":"fresh","metric":"first","fields":{"a":1}}""");
        Assert.Equal(1, (await _silo.GetAsync("/v1/projects/fresh/metrics/first")).GetProperty("total").GetInt64());
        await SendAsync("""{"project":"fresh","metric":"second","fields":{"a":1}}""");
        Assert.Equal(1, (await _silo.GetAsync("/v1/projects/fresh/metrics/second/events")).GetProperty("events").GetArrayLength());
    }

    [Fact]
    public async Task A_new_field_becomes_a_column_and_old_rows_have_none()
    {
        await SendAsync("""{"project":"shop","metric":"order","fields":{"amount":1}}""");
        await LiveAsync("shop", "order", total: 1);
        await _silo.QueryAsync("SELECT count() FROM shop.order");
        await SendAsync("""{"project":"shop","metric":"order","fields":{"amount":2,"coupon":"AUTUMN"}}""");
        await LiveAsync("shop", "order", total: 2);

        var rows = await _silo.QueryAsync("SELECT amount, coupon FROM shop.order ORDER BY amount");
        var fields = await _silo.QueryAsync("SELECT field, type FROM analytics.fields FINAL WHERE metric = 'order' ORDER BY changed, field");
        Assert.Equal(
            ["""{"field":"amount","type":"Nullable(Int64)"}""", """{"field":"coupon","type":"LowCardinality(Nullable(String))"}"""],
            fields.Select(row => row.GetRawText()));
        Assert.Equal(["""{"amount":1,"coupon":null}""", """{"amount":2,"coupon":"AUTUMN"}"""], rows.Select(row => row.GetRawText()));
    }

    [Fact]
    public async Task Integers_become_doubles_when_a_fraction_arrives_and_nothing_changes_value()
    {
        await SendAsync("""{"project":"shop","metric":"weight","fields":{"kg":3}}""");
        await LiveAsync("shop", "weight", total: 1);
        Assert.Equal("Nullable(Int64)", await TypeOfAsync("shop", "weight", "kg"));
        await SendAsync("""{"project":"shop","metric":"weight","fields":{"kg":0.25}}""");
        await LiveAsync("shop", "weight", total: 2);

        Assert.Equal("Nullable(Float64)", await TypeOfAsync("shop", "weight", "kg"));
        var live = await LiveAsync("shop", "weight", total: 2);
        Assert.Equal(3.25, live.GetProperty("fields").GetProperty("kg").GetProperty("sum").GetDouble());
    }

    [Fact]
    public async Task A_value_of_another_type_is_kept_beside_its_column_and_counted()
    {
        await SendAsync("""{"project":"shop","metric":"visit","fields":{"page":7}}""");
        await SendAsync("""{"project":"shop","metric":"visit","fields":{"page":"start"}}""");
        var live = await LiveAsync("shop", "visit", total: 2);

        Assert.Equal(1, live.GetProperty("fields").GetProperty("page").GetProperty("conflicts").GetInt64());
        var rows = await _silo.QueryAsync("SELECT _extra FROM shop.visit WHERE page IS NULL");
        Assert.Equal("""{"_extra":{"page":"start"}}""", Assert.Single(rows).GetRawText());
    }

    [Fact]
    public async Task A_retry_with_the_same_id_is_counted_and_dropped()
    {
        const string Event = """{"project":"shop","metric":"refund","id":"r-1","fields":{"amount":5}}""";
        await SendAsync(Event);
        await SendAsync(Event);
        await SendAsync(Event.Replace("r-1", "r-2", StringComparison.Ordinal));

        var live = await LiveAsync("shop", "refund", total: 2);
        live = await Eventually.GetAsync(
            () => _silo.GetAsync("/v1/projects/shop/metrics/refund"), answer => answer.GetProperty("duplicates").GetInt64() == 1, Soon);
        Assert.Equal(2, live.GetProperty("total").GetInt64());
    }

    [Fact]
    public async Task Broken_input_is_a_dead_letter_with_its_bytes_and_the_rest_goes_in()
    {
        const string Broken = "{\"project\":\"shop\",\"metric\":\"mixed\",\"fields\":{\"a\":tru}}";
        var body = "[{\"project\":\"shop\",\"metric\":\"mixed\",\"fields\":{\"a\":1}}," + Broken + ",{\"project\":\"shop\",\"metric\":\"mixed\",\"fields\":{\"a\":3}}]";
        var (status, answer) = await _silo.PostAsync("/v1/events", Json(body));

        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal((2, 1), (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("rejected").GetInt32()));
        Assert.Equal("json_invalid", answer.GetProperty("errors")[0].GetProperty("code").GetString());
        Assert.Equal(1, answer.GetProperty("errors")[0].GetProperty("index").GetInt32());
        await LiveAsync("shop", "mixed", total: 2);
        var rows = await Eventually.GetAsync(
            () => _silo.QueryAsync("SELECT raw FROM analytics.dead_letters WHERE code = 'json_invalid'"), rows => rows.Length > 0, Soon);
        Assert.Equal(Broken, Assert.Single(rows).GetProperty("raw").GetString());
    }

    [Fact]
    public async Task Names_with_quotes_backticks_and_spaces_are_only_names()
    {
        const string Metric = "it's `a` \"metric\"; DROP DATABASE shop --";
        const string Field = "we`ird 'field'\\";
        var envelope = JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["project"] = "shop",
            ["metric"] = Metric,
            ["fields"] = new Dictionary<string, object> { [Field] = 42 },
        });
        await SendAsync(envelope);

        var live = await LiveAsync("shop", Metric, total: 1);
        Assert.Equal(42, live.GetProperty("fields").GetProperty(Field).GetProperty("sum").GetInt64());
        Assert.Contains(Metric, (await _silo.GetAsync("/v1/projects/shop/metrics")).GetProperty("metrics").EnumerateArray().Select(NameOf));
        var columns = await _silo.QueryAsync("SELECT name FROM system.columns WHERE database = 'shop' AND name LIKE 'we%'");
        Assert.Equal(Field, Assert.Single(columns).GetProperty("name").GetString());
    }

    [Fact]
    public async Task The_longest_names_have_tables_too()
    {
        var metric = string.Concat(Enumerable.Repeat("\u00e9", 64));
        await SendAsync(JsonSerializer.Serialize(new { project = "shop", metric, fields = new Dictionary<string, int> { [metric] = 7 } }));
        await LiveAsync("shop", metric, total: 1);

        var table = (await _silo.GetAsync($"/v1/projects/shop/metrics/{Uri.EscapeDataString(metric)}/schema")).GetProperty("table").GetString();
        var rows = await _silo.QueryAsync($"SELECT `{metric}` AS value FROM shop.`{table}`");
        Assert.Equal(7, Assert.Single(rows).GetProperty("value").GetInt32());
        var events = await _silo.GetAsync($"/v1/projects/shop/metrics/{Uri.EscapeDataString(metric)}/events");
        Assert.Equal(1, events.GetProperty("events").GetArrayLength());
    }

    [Fact]
    public async Task System_as_a_project_is_refused()
    {
        var (_, answer) = await _silo.PostAsync("/v1/events", Json("""{"project":"system","metric":"tables","fields":{"a":1}}"""));
        Assert.Equal((0, 1), (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("rejected").GetInt32()));
        Assert.Equal("project_reserved", answer.GetProperty("errors")[0].GetProperty("code").GetString());
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static string? NameOf(JsonElement entry) => entry.ValueKind == JsonValueKind.String ? entry.GetString() : entry.GetProperty("name").GetString();

    private async Task SendAsync(string text)
    {
        var (status, answer) = await _silo.PostAsync("/v1/events", Json(text));
        Assert.True(status == HttpStatusCode.Accepted, answer.GetRawText());
    }

    private Task<JsonElement> LiveAsync(string project, string metric, long total) => Eventually.GetAsync(
        async () =>
        {
            using var response = await _silo.Http.GetAsync(new Uri($"/v1/projects/{project}/metrics/{Uri.EscapeDataString(metric)}", UriKind.Relative));
            return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        },
        answer => answer.TryGetProperty("total", out var count) && count.GetInt64() == total,
        Soon);

    private async Task<string?> TypeOfAsync(string project, string metric, string field)
    {
        await _silo.QueryAsync($"SELECT count() FROM {project}.{metric}");
        var rows = await _silo.QueryAsync($"SELECT type FROM system.columns WHERE database = '{project}' AND table = '{metric}' AND name = '{field}'");
        return Assert.Single(rows).GetProperty("type").GetString();
    }
}
