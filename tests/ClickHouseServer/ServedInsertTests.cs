// Goal: data of an INSERT arrives whole and exactly, in any format, wherever it begins, however it is compressed; what is broken inserts nothing; and the
// answer says how many rows were written.
using System.IO.Compression;
using System.Net;
using System.Text;
using Xunit;

namespace Analytics.Tests.ClickHouseServer;

public sealed class ServedInsertTests(ServedFixture fixture) : IClassFixture<ServedFixture>
{
    private TestServer Server => fixture.Server;

    [Theory]
    [InlineData("INSERT INTO {t} VALUES (1, 'a'), (2, 'b')", "")]
    [InlineData("INSERT INTO {t} (a, s) VALUES", "(1, 'a'), (2, 'b');")]
    [InlineData("INSERT INTO {t}", "(a, s) VALUES (1, 'a'), (2, 'b')")]
    [InlineData("", "INSERT INTO {t} (a, s) VALUES (1, 'a'), (2, 'b')")]
    [InlineData("INSERT INTO {t} FORMAT TSV", "1\ta\n2\tb\n")]
    [InlineData("", "INSERT INTO {t} FORMAT TSV\n1\ta\n2\tb\n")]
    [InlineData("INSERT INTO {t} FORMAT CSV\n1,a", "2,b")]
    [InlineData("INSERT INTO {t} (s, a) FORMAT CSV", "a,1\nb,2")]
    [InlineData("INSERT INTO {t} FORMAT JSONEachRow;", "{\"a\":1,\"s\":\"a\"}\n{\"s\":\"b\",\"a\":\"2\"}")]
    [InlineData("INSERT INTO TABLE {t} SETTINGS async_insert = 0 FORMAT JSONEachRow", "[{\"a\":1,\"s\":\"a\"},{\"a\":2,\"s\":\"b\"}]")]
    [InlineData("-- one\n/* two */ insert into {t} settings async_insert=0 format JSONCompactEachRow", "[1,\"a\"]\n[2,\"b\"]\n")]
    [InlineData("INSERT INTO {t} SELECT number + 1, char(97 + number) FROM numbers(2)", "")]
    [InlineData("INSERT INTO {t} WITH 1 AS x SELECT number + x, char(97 + number) FROM numbers(2) FORMAT Null", "")]
    public async Task Rows_arrive_wherever_they_begin(string query, string body)
    {
        var table = await TableAsync();
        var answer = await Server.InsertAsync(
            query.Replace("{t}", table, StringComparison.Ordinal), Encoding.UTF8.GetBytes(body.Replace("{t}", table, StringComparison.Ordinal)));
        answer.MustBe(string.Empty);
        Assert.Equal((2L, 2L), (answer.Summary("written_rows"), answer.Summary("result_rows")));
        Assert.True(answer.Summary("written_bytes") > 0);
        Assert.Null(answer.Header("Format"));
        Assert.Equal("1\ta\n2\tb", await fixture.Engine.QueryTextAsync($"SELECT a, s FROM {table} ORDER BY a"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("gzip, br")]
    public async Task A_native_block_goes_in_as_it_came_out(string? encoding)
    {
        var table = await TableAsync();
        var block = (await Server.PostAsync("SELECT number AS a, repeat(char(number % 256), 3) AS s FROM numbers(50000) FORMAT Native", "max_block_size=50000")).Bytes;
        Assert.True(block.Length > 300_000, $"{block.Length}");
        (string, string)[] headers = encoding is null ? [] : [("Content-Encoding", encoding)];
        var answer = await Server.InsertAsync(
            $"INSERT INTO {table} (`a`, `s`) SETTINGS async_insert=0, insert_deduplication_token='1:2-3' FORMAT Native", Compress(block, encoding),
            "wait_end_of_query=1&database=default", headers);
        answer.MustBe(string.Empty);
        Assert.Equal(50_000, answer.Summary("written_rows"));
        Assert.Equal(
            "50000\t1249975000\t1\t1",
            await fixture.Engine.QueryTextAsync(
                $"SELECT count(), sum(a), min(s = repeat(char(a % 256), 3)), uniqExact(_part) FROM {table}"));
    }

    [Fact]
    public async Task A_body_without_a_length_is_taken_too()
    {
        var table = await TableAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/?" + TestServer.Parameter("query", $"INSERT INTO {table} FORMAT TSV"));
        request.Content = new StreamContent(new MemoryStream("1\ta\n"u8.ToArray()));
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add("X-ClickHouse-User", "owner");
        request.Headers.Add("X-ClickHouse-Key", TestServer.OwnerPassword);
        using var response = await Server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("1", await CountAsync(table));
    }

    [Fact]
    public async Task Placeholders_are_filled_in_names_and_rows()
    {
        var table = await TableAsync();
        var name = table.Split('.');
        (await Server.InsertAsync("INSERT INTO {d:Identifier}.{t:Identifier} FORMAT TSV", "1\ta"u8.ToArray(), $"param_d={name[0]}&param_t={name[1]}")).MustBe(string.Empty);
        var answer = await Server.PostAsync($"INSERT INTO {table} (a, s) VALUES ({{a:UInt64}}, {{s:String}})", "param_a=2&param_s=b%27");
        Assert.Equal(1, answer.MustBe(string.Empty).Summary("written_rows"));
        Assert.Equal("1\ta\n2\tb'", await fixture.Engine.QueryTextAsync($"SELECT a, s FROM {table} ORDER BY a"));
        (await Server.PostAsync($"INSERT INTO {table} (a) VALUES ({{a:UInt64}}); DROP TABLE {table}", "param_a=2")).MustFail(HttpStatusCode.BadRequest, 62, "SYNTAX_ERROR");
        Assert.Equal("2", await CountAsync(table));
    }

    [Theory]
    [InlineData("INSERT INTO {t} FORMAT TSV", "1\ta\nx\tb\n", 27, 400)]
    [InlineData("INSERT INTO {t} FORMAT JSONEachRow", "{\"a\":1,\"s\":\"a\"}\n{\"a\":", 0, 0)]
    [InlineData("INSERT INTO {t} (a, nothing) FORMAT TSV", "1\ta\n", 16, 500)]
    [InlineData("INSERT INTO {t}_gone FORMAT TSV", "1\ta\n", 60, 404)]
    [InlineData("INSERT INTO {t} FORMAT NoSuchFormat", "1\ta\n", 73, 404)]
    [InlineData("INSERT INTO {t} VALUES (1, 'a'), (2, ", "", 0, 0)]
    [InlineData("INSERT INTO {t} SELECT throwIf(number = 1), 'a' FROM numbers(3)", "", 395, 500)]
    public async Task Broken_data_is_refused_and_nothing_of_it_is_inserted(string query, string body, int code, int status)
    {
        var table = await TableAsync();
        var answer = await Server.InsertAsync(query.Replace("{t}", table, StringComparison.Ordinal), Encoding.UTF8.GetBytes(body));
        Assert.StartsWith("Code: ", answer.Text, StringComparison.Ordinal);
        Assert.NotEqual(200, answer.Status);
        if (code > 0)
        {
            Assert.Equal((code.ToString(System.Globalization.CultureInfo.InvariantCulture), status), (answer.Header("Exception-Code"), answer.Status));
        }

        Assert.Equal("0", await CountAsync(table));
        (await Server.InsertAsync($"INSERT INTO {table} FORMAT TSV", "1\ta"u8.ToArray())).MustBe(string.Empty);
    }

    [Theory]
    [InlineData("gzip", 354, "ZLIB_INFLATE_FAILED")]
    [InlineData("deflate", 354, "ZLIB_INFLATE_FAILED")]
    [InlineData("br", 448, "BROTLI_READ_FAILED")]
    public async Task A_compressed_body_that_is_cut_off_or_something_else_inserts_nothing(string encoding, int code, string name)
    {
        var table = await TableAsync();
        var whole = Compress("1\ta\n2\tb\n3\tc\n"u8.ToArray(), encoding);
        foreach (var body in new[] { whole[..^1], whole[..(whole.Length / 2)], "1\ta\n"u8.ToArray() })
        {
            var answer = await Server.InsertAsync($"INSERT INTO {table} FORMAT TSV", body, "", ("Content-Encoding", encoding));
            answer.MustFail(HttpStatusCode.InternalServerError, code, name);
        }

        Assert.Equal("0", await CountAsync(table));
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("lz4")]
    [InlineData("gzip, snappy")]
    public async Task An_encoding_that_is_not_offered_is_named(string encoding)
    {
        var answer = await Server.InsertAsync("INSERT INTO x FORMAT TSV", "1"u8.ToArray(), "", ("Content-Encoding", encoding));
        answer.MustFail(HttpStatusCode.NotImplemented, 48, "NOT_IMPLEMENTED");
        Assert.Contains(encoding.Split(", ")[^1], answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_is_made_filled_and_dropped()
    {
        var database = await fixture.Engine.NewDatabaseAsync();
        (await Server.PostAsync("CREATE TABLE t (a Int8) ENGINE = MergeTree ORDER BY a", "database=" + database)).MustBe(string.Empty);
        (await Server.InsertAsync("INSERT INTO t FORMAT TSV", "1\n"u8.ToArray(), "database=" + database)).MustBe(string.Empty);
        (await Server.PostAsync("ALTER TABLE t ADD COLUMN b Int8 DEFAULT 5", "database=" + database)).MustBe(string.Empty);
        (await Server.PostAsync("SELECT * FROM t", "database=" + database)).MustBe("1\t5\n");
        (await Server.PostAsync("DROP TABLE t", "database=" + database)).MustBe(string.Empty);
        (await Server.PostAsync("SELECT * FROM t", "database=" + database)).MustFail(HttpStatusCode.NotFound, 60, "UNKNOWN_TABLE");
    }

    [Fact]
    public async Task A_materialized_views_rows_are_counted_as_ClickHouse_does()
    {
        var table = await TableAsync();
        (await Server.PostAsync($"CREATE TABLE {table}_copy (a UInt64) ENGINE = MergeTree ORDER BY a")).MustBe(string.Empty);
        (await Server.PostAsync($"CREATE MATERIALIZED VIEW {table}_view TO {table}_copy AS SELECT a FROM {table}")).MustBe(string.Empty);
        Assert.Equal(4, (await Server.InsertAsync($"INSERT INTO {table} FORMAT TSV", "1\ta\n2\tb\n"u8.ToArray())).MustBe(string.Empty).Summary("written_rows"));
    }

    private async Task<string> TableAsync()
    {
        var table = await fixture.Engine.NewDatabaseAsync() + ".t";
        await (await fixture.Engine.OpenAsync()).ExecuteAsync($"CREATE TABLE {table} (a UInt64, s String) ENGINE = MergeTree ORDER BY a");
        return table;
    }

    private Task<string> CountAsync(string table) => fixture.Engine.QueryTextAsync($"SELECT count() FROM {table}");

    private static byte[] Compress(byte[] bytes, string? encoding)
    {
        foreach (var coding in encoding?.Split(", ") ?? [])
        {
            using var output = new MemoryStream();
            using (Stream stream = coding switch
            {
                "gzip" => new GZipStream(output, CompressionLevel.Fastest),
                "deflate" => new ZLibStream(output, CompressionLevel.Fastest),
                _ => new BrotliStream(output, CompressionLevel.Fastest),
            })
            {
                stream.Write(bytes);
            }

            bytes = output.ToArray();
        }

        return bytes;
    }
}
