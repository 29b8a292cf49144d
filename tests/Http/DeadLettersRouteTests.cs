// Goal: dead letters come back newest first with their raw bytes exact, text as text and anything else in base64; every filter takes what it
// says and leaves the rest; pages join without a letter twice or missing.
using System.Text;
using System.Text.Json;
using Analytics.Grains.ClickHouse;
using Analytics.Tests.ClickHouse;
using Xunit;

namespace Analytics.Tests.Http;

[Collection(DeadLetterTable.Collection)]
public sealed class DeadLettersRouteTests(EngineFixture fixture)
{
    [Fact]
    public async Task Raw_bytes_of_every_kind_come_back_from_a_real_table()
    {
        var table = await DeadLetterTable.OpenAsync(fixture);
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble(), engine: table.Engine);
        Assert.Equal("""{"dead_letters":[],"next":null}""", (await server.GetAsync("/v1/dead-letters")).Text);

        await table.AddAsync("1:5:0", "{\"a\":ü\n", "json_invalid", "shop", "a/b", bare: true, DeadLetterTable.TimeMs + 1, rawSize: 9);
        await table.AddAsync("1:6:2", [0x00, 0xFF, 0x0A, 0x80], "utf8_invalid", bare: null, timeMs: DeadLetterTable.TimeMs + 2);
        await table.MarkAsync("1:6:2", "replayed");
        var letters = (await server.GetAsync("/v1/dead-letters")).Json.GetProperty("dead_letters").EnumerateArray().ToArray();
        Assert.Equal(
            """{"position":"1:6:2","time":"2026-11-20T10:00:00.002Z","received":"2026-11-20T10:00:00.002Z","partition":1,"offset":6,"index":2,"code":"utf8_invalid","reason":"The reason.","raw_size":4,"raw":"AP8KgA==","raw_encoding":"base64","replayed":"2026-11-21T09:00:00.500Z"}""",
            letters[0].GetRawText());
        Assert.Equal(
            """{"position":"1:5:0","time":"2026-11-20T10:00:00.001Z","received":"2026-11-20T10:00:00.001Z","partition":1,"offset":5,"index":0,"code":"json_invalid","reason":"The reason.","project":"shop","metric":"a/b","bare":true,"raw_size":9,"raw":"{\"a\":ü\n","raw_encoding":"utf-8","replayed":null}""",
            letters[1].GetRawText());
        Assert.Equal(2, letters.Length);
        Assert.All(server.Actors.Flushed, key => Assert.Equal("analytics/dead_letters", key));
        Assert.Equal(2, server.Actors.Flushed.Count);
    }

    [Theory]
    [InlineData("", "0:3:0 1:2:0 0:1:1 0:1:0")]
    [InlineData("code=b", "0:3:0 0:1:1")]
    [InlineData("code=%27%20OR%201%3D1", "")]
    [InlineData("project=shop", "1:2:0 0:1:1 0:1:0")]
    [InlineData("project=Shop", "")]
    [InlineData("metric=it%27s%20%5C%20a", "1:2:0")]
    [InlineData("project=shop&metric=m", "0:1:1 0:1:0")]
    [InlineData("project=shop&metric=m&code=b", "0:1:1")]
    [InlineData("from=2026-11-20T10:00:01Z", "0:3:0 1:2:0")]
    [InlineData("from=2026-11-20T10:00:01.001Z", "0:3:0")]
    [InlineData("from=1795168801000", "0:3:0 1:2:0")]
    [InlineData("from=2026-11-20T12:00:01%2B02:00", "0:3:0 1:2:0")]
    [InlineData("to=2026-11-20T10:00:01Z", "0:1:1 0:1:0")]
    [InlineData("to=1795168801001", "1:2:0 0:1:1 0:1:0")]
    [InlineData("from=1795168801000&to=1795168802000", "1:2:0")]
    [InlineData("replayed=true", "0:1:1")]
    [InlineData("replayed=false", "0:3:0 1:2:0 0:1:0")]
    [InlineData("before=1795168801000:1:2:0", "0:1:1 0:1:0")]
    [InlineData("before=1795168800000:0:1:1", "0:1:0")]
    [InlineData("before=1795168800000:0:1:0", "")]
    public async Task A_filter_takes_what_it_says_and_leaves_the_rest(string query, string expected)
    {
        var table = await DeadLetterTable.OpenAsync(fixture);
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble(), engine: table.Engine);
        await table.AddAsync("0:1:0", "a", "a", "shop", "m");
        await table.AddAsync("0:1:1", "b", "b", "shop", "m");
        await table.AddAsync("1:2:0", "c", "a", "shop", "it's \\ a", timeMs: DeadLetterTable.TimeMs + 1000);
        await table.AddAsync("0:3:0", "d", "b", timeMs: DeadLetterTable.TimeMs + 2000);
        await table.MarkAsync("0:1:1", "replayed", version: 2);
        await table.MarkAsync("1:2:0", "started");

        // A place that only looks like this one: a mark belongs to its whole position.
        await table.MarkAsync("1:3:0", "replayed");
        var answer = (await server.GetAsync("/v1/dead-letters?" + query)).Json;
        Assert.Equal(expected, string.Join(' ', Positions(answer)));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task Pages_join_without_a_gap_also_among_letters_of_one_moment()
    {
        var table = await DeadLetterTable.OpenAsync(fixture);
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble(), engine: table.Engine);
        for (var i = 0; i < 7; i++)
        {
            await table.AddAsync($"{i % 2}:{i / 2}:0", "x", timeMs: DeadLetterTable.TimeMs + (i / 4));
        }

        var all = Positions((await server.GetAsync("/v1/dead-letters")).Json).ToArray();
        Assert.Equal(7, all.Distinct().Count());
        foreach (var limit in new[] { 1, 2, 3, 6, 7, 8 })
        {
            var seen = new List<string>();
            var pages = 0;
            string? next = null;
            do
            {
                var page = (await server.GetAsync($"/v1/dead-letters?limit={limit}" + (next is null ? string.Empty : $"&before={next}"))).Json;
                seen.AddRange(Positions(page));
                next = page.GetProperty("next").GetString();
                pages++;
            }
            while (next is not null);
            Assert.Equal(all, seen);
            Assert.Equal((7 + limit - 1) / limit, pages);
        }
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("code=a&code=b", "code")]
    [InlineData("code=", "code")]
    [InlineData("codes=a", "codes")]
    [InlineData("project=", "project")]
    [InlineData("metric=a&metric=b", "metric")]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=2026-11-20T10:00:00", "from")]
    [InlineData("from=1899-12-31T23:59:59Z", "from")]
    [InlineData("to=2300-01-01T00:00:00Z", "to")]
    [InlineData("to=1e400", "to")]
    [InlineData("from=5&to=5", "from")]
    [InlineData("from=6&to=5", "from")]
    [InlineData("replayed=yes", "replayed")]
    [InlineData("replayed=", "replayed")]
    [InlineData("before=0:17:3", "before")]
    [InlineData("before=5:0:17:-3", "before")]
    [InlineData("before=5:0:17:3:4", "before")]
    [InlineData("before=x:0:17:3", "before")]
    public async Task A_bad_parameter_is_400_and_named(string query, string name)
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        var detail = (await server.GetAsync("/v1/dead-letters?" + query)).MustBeProblem(400, "parameter_invalid").Json.GetProperty("detail").GetString()!;
        Assert.StartsWith($"Parameter {name} = ", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_largest_values_are_taken_and_one_more_is_not()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        foreach (var (name, length) in new[] { ("code", 64), ("project", 128), ("metric", 128) })
        {
            Assert.Equal(200, (await server.GetAsync($"/v1/dead-letters?limit=1000&{name}=" + new string('a', length))).Status);
            (await server.GetAsync($"/v1/dead-letters?{name}=" + new string('a', length + 1))).MustBeProblem(400, "parameter_invalid");
        }

        // Bytes, not characters.
        Assert.Equal(200, (await server.GetAsync("/v1/dead-letters?metric=" + new string('ü', 64))).Status);
        (await server.GetAsync("/v1/dead-letters?metric=" + new string('ü', 65))).MustBeProblem(400, "parameter_invalid");
        Assert.Equal(200, (await server.GetAsync("/v1/dead-letters?from=1900-01-01T00:00:00Z&to=2299-12-31T23:59:59.999Z")).Status);
    }

    [Fact]
    public async Task A_slow_flush_and_a_failing_engine_are_503()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        server.ClickHouse.Answer = _ => throw new ClickHouseException(210, Encoding.UTF8.GetString("away"u8));
        (await server.GetAsync("/v1/dead-letters")).MustBeProblem(503, "engine_unavailable");
        server.Actors.FlushFailure = new TimeoutException();
        (await server.GetAsync("/v1/dead-letters")).MustBeProblem(503, "flush_timeout");
    }

    private static IEnumerable<string> Positions(JsonElement answer) =>
        answer.GetProperty("dead_letters").EnumerateArray().Select(letter => letter.GetProperty("position").GetString()!);
}
