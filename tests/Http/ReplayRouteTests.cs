// Goal: a dead letter that is an event now goes into the log exactly once, whatever form its bytes have; one that is not stays as it is, and why
// is told. Real tables; the log is a double where it has to fail or to wait.
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Analytics.Grains.Configuration;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Decode;
using Xunit;

namespace Analytics.Tests.Http;

[Collection(DeadLetterTable.Collection)]
public sealed class ReplayRouteTests(EngineFixture fixture) : IAsyncDisposable
{
    private const string Path = "/v1/dead-letters/replay";
    private const string All = """{"all":true}""";
    private const string Event = """{"project":"shop","metric":"buy","fields":{"n":1}}""";

    private readonly EventLogDouble _log = new();

    [Fact]
    public async Task A_letter_that_is_an_event_now_goes_into_the_log_once()
    {
        var (table, server) = await StartAsync();
        await using var _ = server;
        await table.AddAsync("2:17:3", Event);
        Assert.Equal(
            """{"matched":1,"replayed":1,"still_refused":[],"still_refused_count":0,"truncated":0,"already":0,"next":null}""",
            (await server.PostAsync(Path, All)).Text);
        var (partition, key, value) = Assert.Single(_log.Records);
        Assert.Equal("shop/buy", Encoding.UTF8.GetString(key));
        Assert.Equal(Analytics.Silo.Http.Collect.PartitionHash.IndexOf(key, 4), partition);

        // Its time is when it came first, since it names none.
        Assert.Equal(
            """[{"project":"shop","metric":"buy","fields":{"n":1},"id":"dead-letter:2:17:3","time":1795168800000}]""", Encoding.UTF8.GetString(value));
        Assert.Equal(["2:17:3 replayed 2"], await table.MarksAsync());
        Assert.Contains("analytics/dead_letters", server.Actors.Flushed);

        Assert.Equal(
            """{"matched":1,"replayed":0,"still_refused":[],"still_refused_count":0,"truncated":0,"already":1,"next":null}""",
            (await server.PostAsync(Path, All)).Text);
        Assert.Single(_log.Records);
    }

    [Theory]
    [InlineData("""{"project":"shop","metric":"buy","id":"a","time":5,"fields":{"n":1}}""", false, "shop/buy @5 #a n=i1")]
    [InlineData("""{"id":null,"time":null,"project":"shop","metric":"buy"}""", false, "shop/buy #dead-letter:0:1:0")]
    [InlineData("""{"id":"","fields":{"n":1},"metric":"buy","project":"shop"}""", false, "shop/buy #dead-letter:0:1:0 n=i1")]
    [InlineData("""{"project":"shop","metric":"buy","id":007.5e1}""", false, null)]
    [InlineData("""{"project":"shop","metric":"buy","id":7.5e1}""", false, "shop/buy #7.5e1")]
    [InlineData("""{"project":"shop","metric":"buy","fields":{"_id":"b","_time":7}}""", false, "shop/buy @7 #b")]
    [InlineData("""{"project":"shop","metric":"buy","fields":{"_id":"","_time":null,"a":{"id":2,"time":3}}}""", false, "shop/buy #dead-letter:0:1:0 a_id=i2 a_time=i3")]
    [InlineData("""{"\u0070roject":"shop","metric":"b\u0075y","fields":{"_i\u0064":"\u00fc"}}""", false, "shop/buy #ü")]
    [InlineData("""{"project":"shop","metric":"buy","fields":null}""", false, "shop/buy #dead-letter:0:1:0")]
    [InlineData("\uFEFF {\"project\":\"shop\",\n \"metric\":\"buy\"}\n,", false, "shop/buy #dead-letter:0:1:0")]
    [InlineData("""{"n":1}""", true, "shop/b\"u/y #dead-letter:0:1:0 n=i1")]
    [InlineData("""{"n":1,"_id":"c","_time":"1970-01-01T00:00:00.008Z"}""", true, "shop/b\"u/y @8 #c n=i1")]
    [InlineData("""{"project":"x","metric":"y","fields":{"n":1},"id":"z","time":1}""", true,
        "shop/b\"u/y #dead-letter:0:1:0 fields_n=i1 id=sz metric=sy project=sx time=i1")]
    [InlineData("{}", true, "shop/b\"u/y #dead-letter:0:1:0")]
    [InlineData("""{"n":1}""", null, "shop/b\"u/y #dead-letter:0:1:0 n=i1")]
    [InlineData("""{"project":"shop","metric":"buy","fields":{"n":1}}""", null, "shop/buy #dead-letter:0:1:0 n=i1")]
    [InlineData("""{"project":"shop","fields":{"n":1}}""", null, null)]
    [InlineData("""{"n":1}""", false, null)]
    public async Task Each_form_becomes_the_event_it_was_sent_as(string raw, bool? bare, string? expected)
    {
        var (table, server) = await StartAsync();
        await using var _ = server;
        await table.AddAsync("0:1:0", raw, project: "shop", metric: "b\"u/y", bare: bare);
        var answer = (await server.PostAsync(Path, All)).Json;
        Assert.Equal((expected is null ? 0 : 1, expected is null ? 1 : 0), (Number(answer, "replayed"), Number(answer, "still_refused_count")));
        Assert.Equal(expected is null ? [] : [expected], Rows());
    }

    [Fact]
    public async Task A_letter_that_holds_a_whole_body_becomes_all_of_its_events_or_none()
    {
        var (table, server) = await StartAsync();
        await using var _ = server;
        var body = $$"""[{{Event}},{"project":"shop","metric":"sell","id":"a"}]""";
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(body));
        }

        await table.AddAsync("0:1:0", body);
        await table.AddAsync("0:2:0", packed.ToArray());
        await table.AddAsync("0:3:0", packed.ToArray()[..^3]);
        await table.AddAsync("0:4:0", body + "\n{\"metric\":5}");
        await table.AddAsync("0:5:0", "{\"n\":1}\n{\"n\":2}", project: "shop", metric: "bare", bare: true);
        var answer = (await server.PostAsync(Path, All)).Json;
        Assert.Equal(["0:3:0 gzip_invalid", "0:4:0 metric_invalid"], Refused(answer));
        Assert.StartsWith("Input 2 of 3: ", answer.GetProperty("still_refused")[1].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            [
                "shop/bare #dead-letter:0:5:0:0 n=i1", "shop/bare #dead-letter:0:5:0:1 n=i2", "shop/buy #dead-letter:0:1:0:0 n=i1",
                "shop/buy #dead-letter:0:2:0:0 n=i1", "shop/sell #a", "shop/sell #a",
            ],
            Rows().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_still_refused_stays_as_it_is_and_its_present_reason_is_told()
    {
        var (table, server) = await StartAsync(new LimitsOptions { StringBytesMax = 3 });
        await using var _ = server;
        await table.AddAsync("0:1:0", """{"project":"shop","metric":"buy","fields":{"s":"abcd"}}""", "json_invalid");
        await table.AddAsync("0:2:0", """{"project":"shop","metric":"buy","fields":{"s":"abc"}}""", "string_too_long");
        await table.AddAsync("0:3:0", "(", "json_invalid");
        await table.AddAsync("0:4:0", string.Empty, "message_empty");
        await table.AddAsync("0:5:0", "{}", "project_invalid", "UPPER", "m", bare: true);
        await table.AddAsync("0:6:0", [0xFF, 0xFE], "utf8_invalid");
        var answer = (await server.PostAsync(Path, All)).Json;
        Assert.Equal((6, 1, 5), (Number(answer, "matched"), Number(answer, "replayed"), Number(answer, "still_refused_count")));
        Assert.Equal(
            ["0:1:0 string_too_long", "0:3:0 json_invalid", "0:4:0 message_empty", "0:5:0 project_invalid", "0:6:0 utf8_invalid"], Refused(answer));
        Assert.All(answer.GetProperty("still_refused").EnumerateArray(), error => Assert.NotEmpty(error.GetProperty("message").GetString()!));
        Assert.Equal(["shop/buy #dead-letter:0:2:0 s=sabc"], Rows());
        Assert.Equal(["0:2:0 replayed 2"], await table.MarksAsync());
    }

    [Fact]
    public async Task An_event_that_would_be_too_large_with_its_id_is_not_lost()
    {
        var (table, server) = await StartAsync(new LimitsOptions { EventBytesMax = 128 });
        await using var _ = server;

        // What is added has 46 bytes.
        await table.AddAsync("0:1:0", """{"project":"shop","metric":"buy","fields":{"s":"PAD"}}""".Replace("PAD", new string('x', 31), StringComparison.Ordinal));
        await table.AddAsync("0:2:0", """{"project":"shop","metric":"buy","fields":{"s":"PAD"}}""".Replace("PAD", new string('x', 32), StringComparison.Ordinal));
        Assert.Equal(["0:2:0 event_too_large"], Refused((await server.PostAsync(Path, All)).Json));
        Assert.Equal(["shop/buy #dead-letter:0:1:0 s=s" + new string('x', 31)], Rows(new LimitsOptions { EventBytesMax = 128 }));
    }

    [Fact]
    public async Task A_letter_that_lacks_bytes_is_not_replayed()
    {
        var (table, server) = await StartAsync();
        await using var _ = server;
        await table.AddAsync("0:1:0", Event, rawSize: Event.Length + 1);
        await table.AddAsync("0:2:0", Event, rawSize: Event.Length);
        var answer = (await server.PostAsync(Path, All)).Json;
        Assert.Equal((2, 1, 1), (Number(answer, "matched"), Number(answer, "replayed"), Number(answer, "truncated")));
        Assert.Equal(["0:2:0 replayed 2"], await table.MarksAsync());
    }

    [Fact]
    public async Task The_first_hundred_refusals_are_told_one_by_one()
    {
        var (table, server) = await StartAsync();
        await using var _ = server;
        for (var i = 0; i < 101; i++)
        {
            await table.AddAsync($"0:{i}:0", "5");
        }

        var answer = (await server.PostAsync(Path, All)).Json;
        Assert.Equal((101, 100), (Number(answer, "still_refused_count"), answer.GetProperty("still_refused").GetArrayLength()));
        Assert.Equal(100, Number((await server.PostAsync(Path, """{"all":true,"limit":100}""")).Json, "still_refused_count"));
    }

    [Theory]
    [InlineData("""{"all":true}""", "0:1:0 0:1:1 1:2:0 0:3:0")]
    [InlineData("""{"code":"b"}""", "0:1:1 0:3:0")]
    [InlineData("""{"project":"shop"}""", "0:1:0 0:1:1 1:2:0")]
    [InlineData("""{"metric":"m"}""", "0:1:0 0:1:1")]
    [InlineData("""{"code":"b","metric":"m"}""", "0:1:1")]
    [InlineData("""{"from":"2026-11-20T10:00:01Z"}""", "1:2:0 0:3:0")]
    [InlineData("""{"to":1795168801000}""", "0:1:0 0:1:1")]
    [InlineData("""{"from":1795168801000,"to":"2026-11-20T10:00:02Z"}""", "1:2:0")]
    [InlineData("""{"positions":["0:3:0","0:1:1","0:1:2","1:1:1"]}""", "0:1:1 0:3:0")]
    [InlineData("""{"all":true,"limit":2}""", "0:1:0 0:1:1")]
    [InlineData("""{"all":true,"after":"1795168800000:0:1:1"}""", "1:2:0 0:3:0")]
    [InlineData("""{"code":"none"}""", "")]
    public async Task A_request_takes_what_it_says_oldest_first_and_leaves_the_rest(string body, string expected)
    {
        var (table, server) = await StartAsync();
        await using var _ = server;
        await table.AddAsync("0:3:0", Event, "b", timeMs: DeadLetterTable.TimeMs + 2000);
        await table.AddAsync("1:2:0", Event, "a", "shop", "x", timeMs: DeadLetterTable.TimeMs + 1000);
        await table.AddAsync("0:1:0", Event, "a", "shop", "m");
        await table.AddAsync("0:1:1", Event, "b", "shop", "m");
        var answer = (await server.PostAsync(Path, body)).Json;
        var positions = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(positions.Length, Number(answer, "replayed"));
        Assert.Equal(positions.Select(position => $"shop/buy #dead-letter:{position} n=i1"), Rows().Select(row => row.Replace(" @1795168801000", string.Empty).Replace(" @1795168802000", string.Empty)));
    }

    [Fact]
    public async Task A_limit_stops_and_the_next_request_goes_on()
    {
        var (table, server) = await StartAsync();
        await using var _ = server;
        foreach (var position in new[] { "0:1:0", "0:2:0", "0:3:0", "0:4:0" })
        {
            await table.AddAsync(position, position is "0:2:0" ? "5" : Event);
        }

        // Refused letters stay, so a place to go on from is needed to come past them.
        var answer = (await server.PostAsync(Path, """{"all":true,"limit":2}""")).Json;
        Assert.Equal((1, 1, "1795168800000:0:2:0"), (Number(answer, "replayed"), Number(answer, "still_refused_count"), answer.GetProperty("next").GetString()));
        answer = (await server.PostAsync(Path, """{"all":true,"limit":2,"after":"1795168800000:0:2:0"}""")).Json;
        Assert.Equal((2, 0, JsonValueKind.Null), (Number(answer, "replayed"), Number(answer, "still_refused_count"), answer.GetProperty("next").ValueKind));
        Assert.Equal(["0:1:0 replayed 2", "0:3:0 replayed 2", "0:4:0 replayed 2"], await table.MarksAsync());
    }

    [Fact]
    public async Task A_dry_run_judges_and_does_nothing()
    {
        var (table, server) = await StartAsync();
        await using var _ = server;
        await table.AddAsync("0:1:0", Event);
        await table.AddAsync("0:2:0", "5");
        await table.AddAsync("0:3:0", Event);
        await table.MarkAsync("0:3:0", "replayed");
        var answer = (await server.PostAsync(Path, """{"all":true,"dry_run":true}""")).Json;
        Assert.Equal((3, 1, 1, 1), (Number(answer, "matched"), Number(answer, "replayed"), Number(answer, "still_refused_count"), Number(answer, "already")));
        Assert.Empty(_log.Records);
        Assert.Equal(["0:3:0 replayed 1"], await table.MarksAsync());
    }

    [Fact]
    public async Task Thousands_of_letters_are_replayed_in_pages()
    {
        var (table, server) = await StartAsync();
        await using var _ = server;
        await table.Engine.ExecuteAsync(
            "INSERT INTO analytics.dead_letters (_time, _received, _partition, _offset, _seq, _inserted, code, raw, raw_size) "
            + "SELECT fromUnixTimestamp64Milli(toInt64(1795168800000 + intDiv(number, 10)), 'UTC') AS t, t, number % 4, intDiv(number, 4), 0, now(), 'c', "
            + "concat('{\"project\":\"shop\",\"metric\":\"m', toString(number % 3), '\",\"fields\":{\"n\":', toString(number), '}}') AS r, length(r) FROM numbers(2500)");
        Assert.Equal(2500, Number((await server.PostAsync(Path, """{"all":true,"limit":2500}""")).Json, "replayed"));
        var rows = Rows();
        Assert.Equal(2500, rows.Select(row => row[(row.IndexOf('#', StringComparison.Ordinal) + 1)..].Split(' ')[0]).Distinct().Count());
        Assert.Equal(2500, rows.Length);

        // A metric's letters of a page share records.
        Assert.InRange(_log.Records.Count, 9, 20);
        Assert.Equal(2500, Number((await server.PostAsync(Path, """{"all":true,"limit":1}""")).Json, "already"));
    }

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    private async Task<(DeadLetterTable Table, HttpTestServer Server)> StartAsync(LimitsOptions? limits = null)
    {
        var table = await DeadLetterTable.OpenAsync(fixture);
        return (table, await HttpTestServer.StartAsync(limits, log: _log, engine: table.Engine));
    }

    // What the decoder makes of the log: rows only, or a letter would be made of a letter.
    private string[] Rows(LimitsOptions? limits = null) =>
        [.. _log.Records.SelectMany(record => Decoding.Lines(record.Value, limits)).Select(line => line.Replace(" @1795168800000", string.Empty))];

    private static long Number(JsonElement answer, string name) => answer.GetProperty(name).GetInt64();

    private static IEnumerable<string> Refused(JsonElement answer) => answer.GetProperty("still_refused").EnumerateArray()
        .Select(error => $"{error.GetProperty("position").GetString()} {error.GetProperty("code").GetString()}");
}
