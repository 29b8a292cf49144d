// Goal: compressed bodies are taken in every coding and order, and a body that is not what its header says is refused and kept, never half taken.
using System.Text;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class CollectorEncodingTests
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes(
        "[" + string.Join(',', Enumerable.Range(0, 50).Select(i => $$"""{"project":"shop","metric":"m","fields":{"n":{{i}} } }""")) + "]");

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("x-gzip", "gzip")]
    [InlineData("GZIP", "gzip")]
    [InlineData("deflate", "deflate")]
    [InlineData("br", "br")]
    [InlineData("identity", "")]
    [InlineData("gzip, br", "gzip br")]
    [InlineData("br,deflate , gzip", "br deflate gzip")]
    [InlineData("identity, gzip", "gzip")]
    [InlineData(null, "gzip")]
    [InlineData("gzip", "gzip gzip")]
    [InlineData("br", "gzip br")]
    public async Task A_body_comes_out_of_its_codings(string? header, string applied)
    {
        await using var server = await HttpTestServer.StartAsync();
        var body = Body;
        foreach (var coding in applied.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            body = Pack.As(coding, body);
        }

        foreach (var isChunked in new[] { false, true })
        {
            var answer = await server.PostAsync("/v1/events", body, header, isChunked);
            Assert.Equal((202, 50, 0), (answer.Status, answer.Accepted, answer.Rejected));
        }

        Assert.Equal(100, (await DecodedLog.ReadAsync(server.Log, server.Limits)).RowCount);
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip, compress")]
    [InlineData("gzip,gzip,gzip,gzip")]
    public async Task An_unknown_coding_is_415_and_nothing_goes_to_the_log(string header)
    {
        await using var server = await HttpTestServer.StartAsync();
        (await server.PostAsync("/v1/events", Body, header)).MustBeProblem(415, "content_encoding_unsupported");
        var decoded = await DecodedLog.ReadAsync(server.Log, server.Limits);
        Assert.Equal((0, 0), (decoded.RowCount, decoded.Codes.Count));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_cut_off_body_is_400_and_one_dead_letter_of_its_raw_bytes(string coding)
    {
        await using var server = await HttpTestServer.StartAsync();
        var packed = Pack.As(coding, Body)[..^3];
        (await server.PostAsync("/v1/events", packed, coding)).MustBeProblem(400, "content_encoding_invalid");
        var decoded = await DecodedLog.ReadAsync(server.Log, server.Limits);
        Assert.Equal((0, "content_encoding_invalid"), (decoded.RowCount, Assert.Single(decoded.Codes)));
        Assert.Equal(Encoding.Latin1.GetString(packed), Assert.Single(decoded.Raw));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_plain_body_that_claims_a_coding_is_a_dead_letter_and_no_rows(string coding)
    {
        await using var server = await HttpTestServer.StartAsync();
        (await server.PostAsync("/v1/events", Body, coding)).MustBeProblem(400, "content_encoding_invalid");
        var decoded = await DecodedLog.ReadAsync(server.Log, server.Limits);
        Assert.Equal((0, 1), (decoded.RowCount, decoded.Codes.Count));
    }

    [Fact]
    public async Task A_body_of_bare_fields_that_claims_a_coding_keeps_the_address_it_was_sent_to()
    {
        var log = new EventLogDouble();
        await using var server = await HttpTestServer.StartAsync(log: log);
        (await server.PostAsync("/v1/projects/shop/metrics/buy/events", "{}"u8.ToArray(), "gzip")).MustBeProblem(400, "content_encoding_invalid");
        var decoding = new Decode.Decoding();
        decoding.Add(Assert.Single(log.Records).Value);
        var letter = Assert.Single(decoding.TakeBatches());
        Assert.Equal(("shop", "buy"), (Decode.Decoding.Text(letter, "project", 0), Decode.Decoding.Text(letter, "metric", 0)));
        Assert.Equal([1], letter.Fields.Single(field => field.Name == "bare").Bits);
    }

    [Fact]
    public async Task Cut_off_gzip_without_a_header_is_400_with_the_decoder_s_code()
    {
        await using var server = await HttpTestServer.StartAsync();
        (await server.PostAsync("/v1/events", Pack.Gzip(Body).AsMemory()[..^3])).MustBeProblem(400, "gzip_invalid");
        Assert.Equal("gzip_invalid", Assert.Single((await DecodedLog.ReadAsync(server.Log, server.Limits)).Codes));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task An_empty_body_with_a_coding_is_empty(string coding)
    {
        await using var server = await HttpTestServer.StartAsync();
        (await server.PostAsync("/v1/events", ReadOnlyMemory<byte>.Empty, coding)).MustBeProblem(400, "message_empty");
        (await server.PostAsync("/v1/events", Pack.As(coding, []), coding)).MustBeProblem(400, "message_empty");
    }
}
