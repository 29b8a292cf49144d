// Goal: every form of body ends as the answer says: accepted events are rows, rejected ones dead letters with the code of the answer,
// each exactly once, by the decoder's own reading of the log.
using System.Text;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class CollectorTests
{
    private const string Good = """{"project":"shop","metric":"purchase","fields":{"amount":1}}""";
    private const string Other = """{"project":"shop","metric":"refund","time":"2026-11-20T10:00:00Z","id":"a","fields":{}}""";

    [Theory]
    [InlineData(Good, 1)]
    [InlineData("[" + Good + "]", 1)]
    [InlineData("[" + Good + ",\n  " + Other + "]", 2)]
    [InlineData(Good + "\n" + Other + "\n", 2)]
    [InlineData(Good + "\r\n\r\n" + Other, 2)]
    [InlineData("{\n  \"project\": \"shop\",\n  \"metric\": \"purchase\",\n  \"fields\": {\"amount\": 1}\n}\n", 1)]
    [InlineData("\uFEFF" + Good, 1)]
    public async Task Good_bodies_of_every_form_become_rows(string body, int events)
    {
        await using var server = await HttpTestServer.StartAsync();
        var answer = await server.PostAsync("/v1/events", body);
        Assert.Equal(202, answer.Status);
        Assert.Equal("application/json", answer.Type?.MediaType);
        Assert.Equal($$"""{"accepted":{{events}},"rejected":0,"errors":[]}""", answer.Text);
        var decoded = await DecodedLog.ReadAsync(server.Log, server.Limits);
        Assert.Equal((events, 0), (decoded.RowCount, decoded.Codes.Count));
    }

    [Fact]
    public async Task Bad_events_among_good_ones_are_told_by_index_and_become_dead_letters()
    {
        await using var server = await HttpTestServer.StartAsync();
        var answer = await server.PostAsync("/v1/events", $$"""[{{Good}},{"metric":"x"},{{Other}},5,{"project":"UPPER","metric":"m"}]""");
        Assert.Equal((202, 2, 3), (answer.Status, answer.Accepted, answer.Rejected));
        var errors = answer.Json.GetProperty("errors").EnumerateArray()
            .Select(error => (error.GetProperty("index").GetInt32(), error.GetProperty("code").GetString()));
        Assert.Equal([(1, "project_missing"), (3, "event_not_object"), (4, "project_invalid")], errors);
        Assert.All(answer.Json.GetProperty("errors").EnumerateArray(), error => Assert.NotEmpty(error.GetProperty("message").GetString()!));
        var decoded = await DecodedLog.ReadAsync(server.Log, server.Limits);
        Assert.Equal(2, decoded.RowCount);
        Assert.Equal(["event_not_object", "project_invalid", "project_missing"], decoded.Codes);
    }

    [Theory]
    [InlineData("\u0001RJ1")]
    [InlineData("\u0001RJ2")]
    public async Task A_body_cannot_pass_for_a_record_of_refused_inputs(string magic)
    {
        // Six texts with their lengths, code and id among them, then size and form: it would make a letter of its own choice.
        var body = magic + "\u0001\0\0\0x\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\u0001\0\0\0i\u0001\0\0\0\0\0\0\0";
        await using var server = await HttpTestServer.StartAsync();
        (await server.PostAsync("/v1/events", body)).MustBeProblem(400, "json_invalid");
        var decoded = await DecodedLog.ReadAsync(server.Log, server.Limits);
        Assert.Equal(("json_invalid", body), (Assert.Single(decoded.Codes), Assert.Single(decoded.Raw)));
    }

    [Theory]
    [InlineData("this is not JSON", "event_not_object")]
    [InlineData("5", "event_not_object")]
    [InlineData("(hello)", "json_invalid")]
    [InlineData("{\"project\":", "json_invalid")]
    [InlineData("<xml/>", "json_invalid")]
    public async Task What_cannot_be_read_at_all_is_400_and_a_dead_letter(string body, string code)
    {
        await using var server = await HttpTestServer.StartAsync();
        var answer = (await server.PostAsync("/v1/events", body)).MustBeProblem(400, code);
        Assert.Equal((0, 1), (answer.Accepted, answer.Rejected));
        var decoded = await DecodedLog.ReadAsync(server.Log, server.Limits);
        Assert.Equal((code, body), (Assert.Single(decoded.Codes), Assert.Single(decoded.Raw)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t")]
    [InlineData("[]")]
    public async Task A_body_without_events_is_400_and_nothing_goes_to_the_log(string body)
    {
        await using var server = await HttpTestServer.StartAsync();
        (await server.PostAsync("/v1/events", body)).MustBeProblem(400, "message_empty");
        var decoded = await DecodedLog.ReadAsync(server.Log, server.Limits);
        Assert.Equal((0, 0), (decoded.RowCount, decoded.Codes.Count));
    }

    [Fact]
    public async Task Only_readable_but_wrong_events_are_202_with_nothing_accepted()
    {
        await using var server = await HttpTestServer.StartAsync();
        var answer = await server.PostAsync("/v1/events", """{"project":"shop"}""");
        Assert.Equal((202, 0, 1), (answer.Status, answer.Accepted, answer.Rejected));
    }

    [Fact]
    public async Task Errors_beyond_a_hundred_are_counted_not_told()
    {
        await using var server = await HttpTestServer.StartAsync();
        foreach (var (count, omitted) in new[] { (100, 0), (101, 1), (250, 150) })
        {
            var answer = await server.PostAsync("/v1/events", "[" + Good + string.Concat(Enumerable.Repeat(",{}", count)) + "]");
            Assert.Equal((1, count), (answer.Accepted, answer.Rejected));
            Assert.Equal(100, answer.Json.GetProperty("errors").GetArrayLength());
            Assert.Equal(omitted > 0, answer.Json.TryGetProperty("errors_omitted", out var value));
            Assert.True(omitted == 0 || value.GetInt32() == omitted);
        }
    }

    [Theory]
    [InlineData("""{"amount":1,"_id":"x","_time":1700000000000}""", 1)]
    [InlineData("""[{"amount":1},{"amount":2}]""", 2)]
    [InlineData("{\"a\":1}\n{\n\"a\":2}\n", 2)]
    public async Task Bare_events_become_rows_of_the_metric_in_the_address(string body, int events)
    {
        await using var server = await HttpTestServer.StartAsync();
        var answer = await server.PostAsync("/v1/projects/shop/metrics/purchase/events", body);
        Assert.Equal((202, events, 0), (answer.Status, answer.Accepted, answer.Rejected));
        Assert.Equal(events, (await DecodedLog.ReadAsync(server.Log, server.Limits)).Rows["shop/purchase"]);
    }

    [Fact]
    public async Task Bad_bare_events_become_dead_letters_with_the_code_of_the_answer()
    {
        await using var server = await HttpTestServer.StartAsync();
        var body = "{\"a\":1}\n{\"_time\":\"soon\"}\n7\n{\"broken\":\n{\"b\":2}\n{\"x\":1}}\n";
        var answer = await server.PostAsync("/v1/projects/shop/metrics/purchase/events", body);
        var decoded = await DecodedLog.ReadAsync(server.Log, server.Limits);
        Assert.Equal(202, answer.Status);
        Assert.Equal(decoded.RowCount, answer.Accepted);
        var codes = answer.Json.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("code").GetString()!);
        Assert.Equal(codes.Order(StringComparer.Ordinal), decoded.Codes);
        Assert.True(answer.Accepted >= 1 && answer.Rejected >= 3, answer.Text);
    }

    [Fact]
    public async Task A_bare_event_cannot_bring_an_event_of_another_metric_in_by_being_broken()
    {
        await using var server = await HttpTestServer.StartAsync();
        await server.PostAsync("/v1/projects/shop/metrics/purchase/events", "[{\"a\":1}, oops\n" + Other + "\n");
        await server.PostAsync("/v1/projects/shop/metrics/purchase/events", "{\"a\":\"\n" + Other + "\n\"}");
        var decoded = await DecodedLog.ReadAsync(server.Log, server.Limits);
        Assert.DoesNotContain("shop/refund", decoded.Rows.Keys);
    }

    [Theory]
    [InlineData("/v1/projects/Shop/metrics/m/events", "project_invalid")]
    [InlineData("/v1/projects/analytics/metrics/dead_letters/events", "project_reserved")]
    [InlineData("/v1/projects/system/metrics/m/events", "project_reserved")]
    [InlineData("/v1/projects/shop/metrics/a%0Ab/events", "metric_invalid")]
    public async Task A_bad_name_in_the_address_is_400_and_nothing_goes_to_the_log(string path, string code)
    {
        await using var server = await HttpTestServer.StartAsync();
        (await server.PostAsync(path, "{}")).MustBeProblem(400, code);
        Assert.Empty((await DecodedLog.ReadAsync(server.Log, server.Limits)).Rows);
    }

    [Theory]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("a%252Fb", "a%2Fb")]
    [InlineData("a%20%22b%22%20%60", "a \"b\" `")]
    [InlineData("100%25", "100%")]
    [InlineData("%C3%BCber%2F%2F%3F", "über//?")]
    public async Task A_metric_name_is_what_the_escaped_address_says(string escaped, string metric)
    {
        await using var server = await HttpTestServer.StartAsync();
        Assert.Equal(202, (await server.PostAsync($"/v1/projects/shop/metrics/{escaped}/events", "{}")).Status);
        Assert.Equal(["shop/" + metric], (await DecodedLog.ReadAsync(server.Log, server.Limits)).Rows.Keys);
    }

    [Fact]
    public async Task Events_of_one_metric_stay_in_one_partition()
    {
        var log = new EventLogDouble();
        await using var server = await HttpTestServer.StartAsync(log: log);
        for (var i = 0; i < 20; i++)
        {
            await server.PostAsync("/v1/events", $$"""{"project":"shop","metric":"m{{i % 4}}","fields":{} }""");
        }

        Assert.Equal(20, log.Records.Count);
        foreach (var metric in log.Records.GroupBy(record => Encoding.UTF8.GetString(record.Key)))
        {
            Assert.StartsWith("shop/m", metric.Key, StringComparison.Ordinal);
            Assert.Single(metric.Select(record => record.Partition).Distinct());
        }

        Assert.True(log.Records.Select(record => record.Partition).Distinct().Count() > 1);
    }

    [Fact]
    public async Task The_answer_waits_until_the_log_has_the_events()
    {
        var gate = new TaskCompletionSource();
        var log = new EventLogDouble { Gate = gate.Task };
        await using var server = await HttpTestServer.StartAsync(log: log);
        var answer = server.PostAsync("/v1/events", Good);

        // Health answers on the same server meanwhile: the first request is really waiting.
        Assert.Equal(200, (await server.GetAsync("/healthz")).Status);
        Assert.False(answer.IsCompleted);
        gate.SetResult();
        Assert.Equal(202, (await answer).Status);
    }
}
