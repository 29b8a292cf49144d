// Goal: requests and answers have the form that ClickHouse's clients rely on: where the query and the format come from, headers, content types,
// statuses and texts of errors, and what is no query at all.
using System.Net;
using System.Text.Json;
using Xunit;

namespace Analytics.Tests.ClickHouseServer;

public sealed class ProtocolTests(ServedFixture fixture) : IClassFixture<ServedFixture>
{
    private TestServer Server => fixture.Server;

    [Theory]
    [InlineData("/ping")]
    [InlineData("/replicas_status")]
    [InlineData("/")]
    public async Task Pings_are_answered_without_asking_who_it_is(string address)
    {
        (await Server.SendAsync(HttpMethod.Get, address)).MustBe("Ok.\n");
        (await Server.SendAsync(HttpMethod.Get, address, null, "nobody", "x")).MustBe("Ok.\n");
        Assert.Equal(200, (await Server.SendAsync(HttpMethod.Head, address)).Status);
    }

    [Fact]
    public async Task What_is_no_handle_and_no_method_for_queries_is_refused()
    {
        var answer = await Server.SendAsync(HttpMethod.Get, "/play");
        Assert.Equal(404, answer.Status);
        Assert.StartsWith("There is no handle /play", answer.Text, StringComparison.Ordinal);
        Assert.Equal(405, (await Server.SendAsync(HttpMethod.Delete, "/?query=SELECT+1")).Status);
    }

    [Fact]
    public async Task The_query_is_the_parameter_and_then_the_body()
    {
        (await Server.SendAsync(HttpMethod.Get, "/?query=SELECT+1")).MustBe("1\n");
        (await Server.SendAsync(HttpMethod.Get, "/query?query=SELECT%201%2B1")).MustBe("2\n");
        (await Server.SendAsync(HttpMethod.Post, "/", "SELECT 3"u8.ToArray())).MustBe("3\n");
        (await Server.SendAsync(HttpMethod.Post, "/?query=SELECT", "4 + 1"u8.ToArray())).MustBe("5\n");
        (await Server.SendAsync(HttpMethod.Put, "/?query=SELECT", "6"u8.ToArray())).MustBe("6\n");
    }

    [Theory]
    [InlineData("SELECT 1 AS a", "", null, "TabSeparated", "1\n")]
    [InlineData("SELECT 1 AS a", "default_format=JSONEachRow", null, "JSONEachRow", "{\"a\":1}\n")]
    [InlineData("SELECT 1 AS a", "default_format=JSONEachRow", "CSVWithNames", "CSVWithNames", "\"a\"\n1\n")]
    [InlineData("SELECT 1 AS a FORMAT CSV", "default_format=JSONEachRow", "JSON", "CSV", "1\n")]
    [InlineData("SELECT 1 AS a FORMAT csv;", "", null, "CSV", "1\n")]
    [InlineData("SELECT 'FORMAT x' AS format format TSV ; -- FORMAT JSON", "", null, "TSV", "FORMAT x\n")]
    [InlineData("SELECT 1 AS a FORMAT TSV SETTINGS max_threads = 2", "", null, "TSV", "1\n")]
    [InlineData("SELECT 1 AS a SETTINGS max_threads = 2 FORMAT TSV", "", null, "TSV", "1\n")]
    [InlineData("SELECT t.format FROM (SELECT 7 AS format) AS t", "", null, "TabSeparated", "7\n")]
    [InlineData("SELECT format FROM (SELECT 7 AS format)", "", null, "TabSeparated", "7\n")]
    [InlineData("SHOW DATABASES LIKE 'system' FORMAT JSONCompactEachRow", "", null, "JSONCompactEachRow", "[\"system\"]\n")]
    [InlineData("-- a comment\nSELECT 1 -- another", "", null, "TabSeparated", "1\n")]
    public async Task The_format_in_the_sql_wins_over_the_headers_and_that_over_the_parameters(
        string sql, string parameters, string? header, string format, string text)
    {
        (string, string)[] headers = header is null ? [] : [("X-ClickHouse-Format", header)];
        foreach (var answer in new[] { await Server.ReadAsync(sql, parameters, headers), await Server.PostAsync(sql, parameters, headers) })
        {
            answer.MustBe(text);
            Assert.Equal(format, answer.Header("Format"));
        }
    }

    [Theory]
    [InlineData("TSV", "text/tab-separated-values; charset=UTF-8")]
    [InlineData("CSV", "text/csv; charset=UTF-8; header=absent")]
    [InlineData("CSVWithNames", "text/csv; charset=UTF-8; header=present")]
    [InlineData("JSON", "application/json; charset=UTF-8")]
    [InlineData("JSONEachRow", "application/x-ndjson; charset=UTF-8")]
    [InlineData("XML", "application/xml; charset=UTF-8")]
    [InlineData("Markdown", "text/markdown; charset=UTF-8")]
    [InlineData("Pretty", "text/plain; charset=UTF-8")]
    [InlineData("Native", "application/octet-stream")]
    [InlineData("RowBinaryWithNamesAndTypes", "application/octet-stream")]
    [InlineData("Parquet", "application/octet-stream")]
    public async Task An_answer_has_its_formats_content_type(string format, string type)
    {
        var answer = await Server.ReadAsync("SELECT 1 AS a FORMAT " + format);
        Assert.Equal((200, type, format), (answer.Status, answer.ContentType, answer.Header("Format")));
        Assert.NotEmpty(answer.Bytes);
    }

    [Fact]
    public async Task Answers_say_what_ClickHouses_do()
    {
        var answer = await Server.ReadAsync("SELECT * FROM numbers(10)", "query_id=mine-1");
        Assert.Equal(("mine-1", "TabSeparated"), (answer.Header("Query-Id"), answer.Header("Format")));
        Assert.NotEmpty(answer.Header("Server-Display-Name")!);
        Assert.NotEmpty(answer.Header("Timezone")!);
        Assert.Equal((10L, 80L, 10L, 0L), (answer.Summary("read_rows"), answer.Summary("read_bytes"), answer.Summary("result_rows"), answer.Summary("written_rows")));
        Assert.True(answer.Summary("elapsed_ns") > 0);
        foreach (var name in new[] { "written_bytes", "total_rows_to_read", "result_bytes" })
        {
            Assert.True(answer.Summary(name) >= 0);
        }

        Assert.True(Guid.TryParse((await Server.ReadAsync("SELECT 1")).Header("Query-Id"), out _));
        Assert.True(Guid.TryParse((await Server.ReadAsync("SELECT 1", "query_id=a%0D%0Ab")).Header("Query-Id"), out _));
        Assert.Equal("h", (await Server.ReadAsync("SELECT 1", "", ("X-ClickHouse-Query-Id", "h"))).Header("Query-Id"));
    }

    [Fact]
    public async Task A_question_without_rows_still_names_its_format()
    {
        var answer = (await Server.ReadAsync("SELECT 1 WHERE 0 FORMAT JSONEachRow")).MustBe(string.Empty);
        Assert.Equal(("JSONEachRow", "application/x-ndjson; charset=UTF-8"), (answer.Header("Format"), answer.ContentType));
    }

    [Fact]
    public async Task Values_of_placeholders_are_values()
    {
        const string Sql = "SELECT {a:UInt8} + 1, {s:String}, {l:Array(String)}, {P:String}, {p:String}";
        const string Values = "param_a=41&param_s=it%27s%5Ct%3B%20DROP&param_l=%5B%27x%27%2C%27y%27%5D&param_P=upper&param_p=lower";
        (await Server.ReadAsync(Sql, Values)).MustBe("42\tit\\'s\\t; DROP\t['x','y']\tupper\tlower\n");
        (await Server.PostAsync(Sql, Values)).MustBe("42\tit\\'s\\t; DROP\t['x','y']\tupper\tlower\n");
        (await Server.ReadAsync("SELECT {a:UInt8}", "param_a=x")).MustFail(HttpStatusCode.InternalServerError, 457, "BAD_QUERY_PARAMETER");
    }

    [Fact]
    public async Task A_form_may_hold_query_and_values()
    {
        using var form = new MultipartFormDataContent { { new StringContent("SELECT {a:String}"), "query" }, { new StringContent("long"), "param_a" } };
        var body = await form.ReadAsByteArrayAsync();
        var type = ("Content-Type", form.Headers.ContentType!.ToString());
        (await Server.SendAsync(HttpMethod.Post, "/", body, "reader", "look", type)).MustBe("long\n");

        using var files = new MultipartFormDataContent { { new StringContent("1\n"), "t", "t.tsv" } };
        var answer = await Server.SendAsync(
            HttpMethod.Post, "/?query=SELECT+1", await files.ReadAsByteArrayAsync(), "reader", "look", ("Content-Type", files.Headers.ContentType!.ToString()));
        answer.MustFail(HttpStatusCode.NotImplemented, 48, "NOT_IMPLEMENTED");
        (await Server.SendAsync(HttpMethod.Post, "/", "no form"u8.ToArray(), "reader", "look", type)).MustFail(HttpStatusCode.BadRequest, 36, "BAD_ARGUMENTS");
    }

    [Fact]
    public async Task The_database_of_names_without_one_is_the_requests()
    {
        var database = await fixture.Engine.NewDatabaseAsync();
        await (await fixture.Engine.OpenAsync()).ExecuteAsync($"CREATE TABLE {database}.t (a Int8) ENGINE = MergeTree ORDER BY a AS SELECT 7");
        (await Server.ReadAsync("SELECT a FROM t", "database=" + database)).MustBe("7\n");
        (await Server.PostAsync("SELECT a FROM t", "database=" + database)).MustBe("7\n");
        (await Server.ReadAsync("SELECT a FROM t", "database=nowhere", ("X-ClickHouse-Database", database))).MustBe("7\n");
        (await Server.ReadAsync("SELECT currentDatabase()")).MustBe("default\n");
        (await Server.PostAsync("SELECT currentDatabase()")).MustBe("default\n");
        (await Server.ReadAsync("SELECT a FROM t")).MustFail(HttpStatusCode.NotFound, 60, "UNKNOWN_TABLE");
        (await Server.ReadAsync("SELECT 1", "database=nowhere")).MustFail(HttpStatusCode.NotFound, 81, "UNKNOWN_DATABASE");
        (await Server.PostAsync("SELECT 1", "database=nowhere")).MustFail(HttpStatusCode.NotFound, 81, "UNKNOWN_DATABASE");
    }

    [Theory]
    [InlineData("SELEC 1", 400, 62, "SYNTAX_ERROR")]
    [InlineData("", 400, 62, "SYNTAX_ERROR")]
    [InlineData("SELECT * FROM system.nothing", 404, 60, "UNKNOWN_TABLE")]
    [InlineData("SELECT * FROM nowhere.nothing", 404, 81, "UNKNOWN_DATABASE")]
    [InlineData("SELECT nothing FROM system.one", 404, 47, "UNKNOWN_IDENTIFIER")]
    [InlineData("SELECT noSuchFunction(1)", 404, 46, "UNKNOWN_FUNCTION")]
    [InlineData("SELECT 1 FORMAT NoSuchFormat", 404, 73, "UNKNOWN_FORMAT")]
    [InlineData("SELECT toInt8('x')", 400, 6, "CANNOT_PARSE_TEXT")]
    [InlineData("SELECT throwIf(1)", 500, 395, "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO")]
    public async Task Errors_have_the_engines_code_and_words_and_the_status_ClickHouse_gives_them(string sql, int status, int code, string name)
    {
        (await Server.ReadAsync(sql)).MustFail((HttpStatusCode)status, code, name);
        var answer = (await Server.PostAsync(sql)).MustFail((HttpStatusCode)status, code, name);
        Assert.Null(answer.Header("Format"));
        Assert.NotNull(answer.Header("Query-Id"));
    }

    [Fact]
    public async Task What_is_wrong_with_parameters_is_said()
    {
        (await Server.ReadAsync("SELECT 1", "compress=perhaps")).MustFail(HttpStatusCode.BadRequest, 27, "CANNOT_PARSE_INPUT_ASSERTION_FAILED");
        (await Server.ReadAsync("SELECT 1", "role=admin")).MustFail(HttpStatusCode.NotFound, 511, "UNKNOWN_ROLE");
        (await Server.PostAsync("SELECT 1", "no_such_setting=1")).MustFail(HttpStatusCode.NotFound, 115, "UNKNOWN_SETTING");
        (await Server.PostAsync("SELECT 1", "max_threads=many")).MustFail(HttpStatusCode.BadRequest, 27, "CANNOT_PARSE_INPUT_ASSERTION_FAILED");
    }

    [Theory]
    [InlineData("INSERT INTO {db}.t VALUES (1)")]
    [InlineData("INSERT INTO {db}.t SELECT 1")]
    [InlineData("DROP TABLE {db}.t")]
    [InlineData("CREATE TABLE {db}.x (a Int8) ENGINE = Memory")]
    public async Task A_get_changes_nothing_and_neither_does_a_post_that_says_so(string sql)
    {
        var database = await fixture.Engine.NewDatabaseAsync();
        await (await fixture.Engine.OpenAsync()).ExecuteAsync($"CREATE TABLE {database}.t (a Int8) ENGINE = MergeTree ORDER BY a");
        var text = sql.Replace("{db}", database, StringComparison.Ordinal);
        var address = "/?" + TestServer.Parameter("query", text);
        (await Server.SendAsync(HttpMethod.Get, address, null, "owner", TestServer.OwnerPassword)).MustFail(HttpStatusCode.InternalServerError, 164, "READONLY");
        (await Server.PostAsync(text, "readonly=1")).MustFail(HttpStatusCode.InternalServerError, 164, "READONLY");
        (await Server.PostAsync(text, "readonly=2")).MustFail(HttpStatusCode.InternalServerError, 164, "READONLY");
        Assert.Equal("0\t1", await fixture.Engine.QueryTextAsync($"SELECT (SELECT count() FROM {database}.t), count() FROM system.tables WHERE database = '{database}'"));
        (await Server.PostAsync(text, "readonly=0")).MustBe(string.Empty);
    }

    [Theory]
    [InlineData("SELECT 1; SELECT 2")]
    [InlineData("SELECT 1; DROP DATABASE {db}")]
    [InlineData("exit")]
    [InlineData("ls")]
    [InlineData("\\i /etc/hostname")]
    [InlineData("?? drop everything")]
    public async Task Several_statements_and_commands_of_the_command_line_are_no_query(string sql)
    {
        var database = await fixture.Engine.NewDatabaseAsync();
        var answer = await Server.PostAsync(sql.Replace("{db}", database, StringComparison.Ordinal));
        answer.MustFail(HttpStatusCode.BadRequest, 62, "SYNTAX_ERROR");
        Assert.DoesNotContain(Environment.MachineName, answer.Text, StringComparison.Ordinal);
        (await Server.PostAsync($"EXISTS DATABASE {database}")).MustBe("1\n");
    }

    [Fact]
    public async Task Files_of_the_server_are_not_where_answers_go()
    {
        var path = Path.Combine(fixture.Engine.Directory, "out.csv");
        (await Server.PostAsync($"SELECT 1 INTO OUTFILE '{path}' FORMAT CSV")).MustFail(HttpStatusCode.InternalServerError, 358, "INTO_OUTFILE_NOT_ALLOWED");
        Assert.False(File.Exists(path));
        (await Server.PostAsync("INSERT INTO x FROM INFILE 'x' FORMAT CSV")).MustFail(HttpStatusCode.InternalServerError, 358, "INTO_OUTFILE_NOT_ALLOWED");
    }

    [Fact]
    public async Task Sql_is_taken_up_to_its_limit_in_address_and_body()
    {
        var limit = TestServer.Options.ServeQueryBytesMax;
        var sql = "SELECT 1 /*" + new string('x', limit - 13) + "*/";
        Assert.Equal(limit, sql.Length);
        (await Server.ReadAsync(sql)).MustBe("1\n");
        (await Server.SendAsync(HttpMethod.Get, "/?" + TestServer.Parameter("query", sql))).MustBe("1\n");
        (await Server.ReadAsync(sql + " ")).MustFail(HttpStatusCode.BadRequest, 62, "SYNTAX_ERROR");
        (await Server.SendAsync(HttpMethod.Post, "/?" + TestServer.Parameter("query", sql), " "u8.ToArray())).MustFail(HttpStatusCode.BadRequest, 62, "SYNTAX_ERROR");
    }

    [Fact]
    public async Task Every_byte_of_an_answer_is_the_engines()
    {
        var answer = await Server.PostAsync("SELECT arrayStringConcat(arrayMap(x -> char(x), range(256))) FORMAT RowBinary", "wait_end_of_query=1");
        Assert.Equal([0x80, 0x02, .. Enumerable.Range(0, 256).Select(i => (byte)i)], answer.Bytes);
        Assert.Equal(["[[1,\"a\"]]"], JsonRows((await Server.ReadAsync("SELECT [(1, 'a')] FORMAT JSONCompactEachRow")).Text));
    }

    private static IEnumerable<string> JsonRows(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement[0].GetRawText());
}
