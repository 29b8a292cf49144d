// Goal: whatever people send, each bad input is one dead letter with its code and bytes, its neighbours go in, and the silo goes on.
using System.IO.Compression;
using System.Net;
using System.Text;
using Xunit;

namespace Analytics.Tests.Integration;

public sealed class BadInput(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private const string Good = """{"project":"bad","metric":"METRIC","fields":{"good":1}}""";
    private const int RawBytesMax = 64 * 1024;

    private readonly RunningSilo _silo = fixture.Silo;

    public static TheoryData<string, string> Events => new()
    {
        { "json_invalid", """{"project":"bad","metric":"m","fields":{"a":tru}}""" },
        { "nesting_too_deep", Event("a", string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100)) },
        { "fields_too_many", "{\"project\":\"bad\",\"metric\":\"m\",\"fields\":{" + string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"f{i}\":{i}")) + "}}" },
        { "string_too_long", Event("a", "\"" + new string('x', 1_000_000) + "\"") },
        { "number_out_of_range", Event("a", "1e400") },
        { "number_out_of_range", Event("a", "9223372036854775808") },
        { "field_duplicate", """{"project":"bad","metric":"m","fields":{"a":1,"a":2}}""" },
        { "field_name_invalid", """{"project":"bad","metric":"m","fields":{"a\u0007b":1}}""" },
        { "project_invalid", """{"project":"it's `x`; DROP","metric":"m","fields":{"a":1}}""" },
        { "project_reserved", """{"project":"system","metric":"m","fields":{"a":1}}""" },
        { "metric_invalid", """{"project":"bad","metric":"a\nb","fields":{"a":1}}""" },
        { "time_invalid", """{"project":"bad","metric":"m","time":"yesterday","fields":{"a":1}}""" },
        { "event_not_object", "42" },
    };

    [Theory]
    [MemberData(nameof(Events))]
    public async Task A_bad_event_is_a_dead_letter_and_its_neighbours_go_in(string code, string text)
    {
        var metric = $"{code}_{text.Length}";
        var good = Good.Replace("METRIC", metric, StringComparison.Ordinal);
        var before = await CountAsync(code);
        var (status, answer) = await _silo.PostAsync("/v1/events", new StringContent($"[{good},{text},{good}]"));

        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal((2, 1), (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("rejected").GetInt32()));
        Assert.Equal(code, answer.GetProperty("errors")[0].GetProperty("code").GetString());
        await SeeOneMoreAsync(code, before);
        var letter = (await _silo.QueryAsync(
            $"SELECT raw, toString(raw_size) AS size, reason FROM analytics.dead_letters WHERE code = '{code}' ORDER BY _time DESC, _offset DESC LIMIT 1"))[0];
        Assert.Equal(text.Length, letter.AsLong("size"));
        Assert.Equal(text[..Math.Min(text.Length, RawBytesMax)], letter.GetProperty("raw").GetString());
        Assert.NotEmpty(letter.GetProperty("reason").GetString()!);
        await Eventually.GetAsync(
            () => _silo.GetAsync($"/v1/projects/bad/metrics/{metric}"), live => live.GetProperty("total").GetInt64() == 2, TimeSpan.FromSeconds(10));
        var rows = await _silo.QueryAsync($"SELECT toString(count()) AS n FROM bad.`{metric}`");
        Assert.Equal(2, rows[0].AsLong("n"));
    }

    [Fact]
    public async Task Invalid_utf8_is_a_dead_letter_with_the_very_bytes()
    {
        var before = await CountAsync("utf8_invalid");
        byte[] body = [.. "{\"project\":\"bad\",\"metric\":\"m\",\"fields\":{\"a\":\""u8, 0xC3, 0x28, .. "\"}}"u8];
        await _silo.PostAsync("/v1/events", new ByteArrayContent(body));
        await SeeOneMoreAsync("utf8_invalid", before);
        var letter = (await _silo.QueryAsync("SELECT hex(raw) AS raw FROM analytics.dead_letters WHERE code = 'utf8_invalid'"))[0];
        Assert.Equal(Convert.ToHexString(body), letter.GetProperty("raw").GetString());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task A_body_that_is_not_what_its_encoding_says_is_a_dead_letter(string encoding)
    {
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Good));
        }

        var before = await CountAsync("content_encoding_invalid");
        using var content = new ByteArrayContent(packed.ToArray(), 0, (int)packed.Length - 5);
        content.Headers.ContentEncoding.Add(encoding);
        var (status, answer) = await _silo.PostAsync("/v1/events", content);
        Assert.Equal((HttpStatusCode.BadRequest, "content_encoding_invalid"), (status, answer.GetProperty("code").GetString()));
        await SeeOneMoreAsync("content_encoding_invalid", before);
    }

    [Fact]
    public async Task Gzip_is_understood_with_and_without_its_header()
    {
        foreach (var declared in new[] { true, false })
        {
            var packed = new MemoryStream();
            await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            {
                await gzip.WriteAsync(Encoding.UTF8.GetBytes(Good.Replace("METRIC", $"packed_{declared}", StringComparison.Ordinal)));
            }

            using var content = new ByteArrayContent(packed.ToArray());
            if (declared)
            {
                content.Headers.ContentEncoding.Add("gzip");
            }

            var (status, answer) = await _silo.PostAsync("/v1/events", content);
            Assert.True(status == HttpStatusCode.Accepted, answer.GetRawText());
            Assert.Equal(1, (await _silo.GetAsync($"/v1/projects/bad/metrics/packed_{declared}")).GetProperty("total").GetInt64());
        }
    }

    private static string Event(string name, string value) =>
        $$$"""{"project":"bad","metric":"m","fields":{"{{{name}}}":{{{value}}}}}""";

    private async Task<long> CountAsync(string code) =>
        (await _silo.QueryAsync($"SELECT toString(count()) AS n FROM analytics.dead_letters WHERE code = '{code}'"))[0].AsLong("n");

    private Task SeeOneMoreAsync(string code, long before) => Eventually.IsTrueAsync(
        async () => await CountAsync(code) == before + 1, TimeSpan.FromSeconds(10), () => $"a dead letter {code}");
}
