// Goal: a large answer to a user with full access is sent while it is made and never held whole; every way it can be written gives the same bytes; a failure
// in the middle is told and breaks the connection off; whoever stops listening stops the query.
using System.IO.Compression;
using System.Net;
using Analytics.Silo.ClickHouseServer.Compression;
using Xunit;

namespace Analytics.Tests.ClickHouseServer;

public sealed class StreamTests(ServedFixture fixture) : IClassFixture<ServedFixture>
{
    private TestServer Server => fixture.Server;

    [Theory]
    [InlineData("TabSeparated")]
    [InlineData("TSVRaw")]
    [InlineData("TSKV")]
    [InlineData("CSV")]
    [InlineData("JSONEachRow")]
    [InlineData("JSONStringsEachRow")]
    [InlineData("JSONCompactEachRow")]
    [InlineData("JSONCompactStringsEachRow")]
    [InlineData("RowBinary")]
    [InlineData("MsgPack")]
    public async Task Pieces_together_are_the_answer(string format)
    {
        var sql = "SELECT number AS a, toString(number) AS s, [number] AS l, if(number % 2 = 0, NULL, number) AS n FROM numbers(200000) FORMAT " + format;
        var whole = await Server.PostAsync(sql, "wait_end_of_query=1&max_threads=1");
        var pieces = await Server.PostAsync(sql, "max_threads=1");
        Assert.Equal((200, 200), (whole.Status, pieces.Status));
        Assert.True(whole.HasLength);
        Assert.False(pieces.HasLength);
        Assert.True(whole.Bytes.AsSpan().SequenceEqual(pieces.Bytes), $"{whole.Bytes.Length} and {pieces.Bytes.Length} bytes");
    }

    [Theory]
    [InlineData("SELECT number FROM numbers(100000) FORMAT JSON")]
    [InlineData("SELECT number FROM numbers(100000) FORMAT CSVWithNames")]
    [InlineData("SELECT number FROM numbers(100000) FORMAT Values")]
    [InlineData("SELECT number FROM numbers(100000) FORMAT JSONEachRow SETTINGS output_format_json_array_of_rows = 1")]
    [InlineData("SELECT number % 3 AS g, count() FROM numbers(100000) GROUP BY g WITH TOTALS ORDER BY g FORMAT TSV")]
    [InlineData("SHOW DATABASES")]
    public async Task What_is_no_row_after_row_is_written_whole(string sql)
    {
        var answer = await Server.PostAsync(sql);
        Assert.Equal((200, true), (answer.Status, answer.HasLength));
    }

    [Fact]
    public async Task Native_pieces_hold_every_row()
    {
        var database = await fixture.Engine.NewDatabaseAsync();
        (await Server.PostAsync($"CREATE TABLE {database}.t (a UInt64) ENGINE = MergeTree ORDER BY a")).MustBe(string.Empty);
        var blocks = await Server.PostAsync("SELECT number AS a FROM numbers(300000) FORMAT Native");
        Assert.False(blocks.HasLength);
        Assert.Equal(300_000, (await Server.InsertAsync($"INSERT INTO {database}.t FORMAT Native", blocks.Bytes)).MustBe(string.Empty).Summary("written_rows"));
        Assert.Equal("44999850000", await fixture.Engine.QueryTextAsync($"SELECT sum(a) FROM {database}.t"));
    }

    [Fact]
    public async Task A_question_without_rows_is_an_empty_answer()
    {
        var answer = (await Server.PostAsync("SELECT number FROM numbers(10) WHERE 0 FORMAT JSONEachRow")).MustBe(string.Empty);
        Assert.Equal("JSONEachRow", answer.Header("Format"));
    }

    [Fact]
    public async Task An_answer_larger_than_what_may_be_held_is_sent_or_refused()
    {
        await using var server = await TestServer.StartAsync(fixture.Engine, TestServer.Options with { ServeAnswerBytesMax = 1024 * 1024 });
        const string Sql = "SELECT number FROM numbers(1000000) FORMAT ";
        Assert.Equal(6_888_890, (await server.PostAsync(Sql + "TSV")).Bytes.Length);
        (await server.PostAsync(Sql + "TSV", "wait_end_of_query=1")).MustFail(HttpStatusCode.InternalServerError, 396, "TOO_MANY_ROWS_OR_BYTES");
        (await server.PostAsync(Sql + "JSON")).MustFail(HttpStatusCode.InternalServerError, 396, "TOO_MANY_ROWS_OR_BYTES");
        (await server.PostAsync("SELECT 1")).MustBe("1\n");
    }

    [Fact]
    public async Task An_error_before_the_first_piece_is_an_ordinary_one()
    {
        (await Server.PostAsync("SELECT throwIf(number = 0) FROM numbers(10) FORMAT TSV")).MustFail(HttpStatusCode.InternalServerError, 395, "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO");
        (await Server.PostAsync("SELECT * FROM nowhere.nothing FORMAT TSV")).MustFail(HttpStatusCode.NotFound, 81, "UNKNOWN_DATABASE");
    }

    [Fact]
    public async Task An_error_in_the_middle_breaks_the_answer_off()
    {
        using var request = Post("SELECT number, throwIf(number = 5000000) FROM numbers(10000000) FORMAT TSV SETTINGS max_threads = 1");
        using var response = await Server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var tag = response.Headers.GetValues("X-ClickHouse-Exception-Tag").Single();
        await using var body = await response.Content.ReadAsStreamAsync();
        var end = string.Empty;
        var buffer = new byte[64 * 1024];
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            for (var count = 1; count > 0;)
            {
                count = await body.ReadAsync(buffer);
                end += System.Text.Encoding.UTF8.GetString(buffer, 0, count);
                end = end[Math.Max(0, end.Length - 4096)..];
            }
        });
        Assert.Contains($"\r\n__exception__\r\n{tag}\r\nCode: 395. DB::Exception: ", end, StringComparison.Ordinal);
        Assert.EndsWith($" {tag}\r\n__exception__\r\n", end, StringComparison.Ordinal);
        (await Server.PostAsync("SELECT 1")).MustBe("1\n");
    }

    [Fact]
    public async Task A_client_that_goes_away_stops_the_query()
    {
        await using var server = await TestServer.StartAsync(fixture.Engine, TestServer.Options with { ServeConnections = 1 });
        using (var request = Post("SELECT number, repeat('x', 1000) FROM system.numbers FORMAT TSV"))
        using (var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            await using var body = await response.Content.ReadAsStreamAsync();
            Assert.Equal((byte)'0', body.ReadByte());
        }

        // The only connection is free again.
        (await server.PostAsync("SELECT 1").WithinDeadline()).MustBe("1\n");
    }

    [Theory]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("gzip;q=1.0, br;q=0", "gzip")]
    [InlineData("deflate", "deflate")]
    [InlineData("zstd", null)]
    [InlineData("", null)]
    public async Task Answers_are_compressed_when_the_client_asks_for_it(string accepted, string? coding)
    {
        foreach (var sql in new[] { "SELECT number FROM numbers(1000) FORMAT TSV", "SELECT number FROM numbers(1000) FORMAT TSVWithNames", "SELECT 1 WHERE 0 FORMAT TSV" })
        {
            var plain = await Server.PostAsync(sql);
            var answer = await Server.PostAsync(sql, "enable_http_compression=1", ("Accept-Encoding", accepted));
            Assert.Equal(plain.Bytes.Length == 0 ? null : coding, answer.ContentHeaders.ContentEncoding.SingleOrDefault());
            Assert.Equal(plain.Text, System.Text.Encoding.UTF8.GetString(Decompress(answer.Bytes, plain.Bytes.Length == 0 ? null : coding)));
            Assert.Empty((await Server.PostAsync(sql, "", ("Accept-Encoding", accepted))).ContentHeaders.ContentEncoding);
        }

        (await Server.PostAsync("SELEC", "enable_http_compression=1", ("Accept-Encoding", accepted))).MustFail(HttpStatusCode.BadRequest, 62, "SYNTAX_ERROR");
    }

    [Theory]
    [InlineData("SELECT number FROM numbers(300000) FORMAT RowBinary")]
    [InlineData("SELECT number FROM numbers(300000) FORMAT RowBinaryWithNamesAndTypes")]
    [InlineData("SELECT sipHash64(number) FROM numbers(300000) FORMAT RowBinary")]
    [InlineData("SELECT 1 WHERE 0 FORMAT RowBinary")]
    public async Task Answers_come_in_ClickHouses_frames_when_the_client_asks_for_it(string sql)
    {
        var plain = await Server.PostAsync(sql, "max_threads=1");
        var framed = await Server.PostAsync(sql, "max_threads=1&compress=1");
        Assert.Empty(framed.ContentHeaders.ContentEncoding);
        var target = new byte[CompressedFrames.PlainLength(framed.Bytes)];
        CompressedFrames.Read(framed.Bytes, target);
        Assert.True(plain.Bytes.AsSpan().SequenceEqual(target));
    }

    private static HttpRequestMessage Post(string sql)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(sql)) };
        request.Headers.Add("X-ClickHouse-User", "owner");
        request.Headers.Add("X-ClickHouse-Key", TestServer.OwnerPassword);
        return request;
    }

    private static byte[] Decompress(byte[] bytes, string? coding)
    {
        if (coding is null)
        {
            return bytes;
        }

        using var input = new MemoryStream(bytes);
        using Stream stream = coding switch
        {
            "gzip" => new GZipStream(input, CompressionMode.Decompress),
            "deflate" => new ZLibStream(input, CompressionMode.Decompress),
            _ => new BrotliStream(input, CompressionMode.Decompress),
        };
        using var output = new MemoryStream();
        stream.CopyTo(output);
        return output.ToArray();
    }
}
