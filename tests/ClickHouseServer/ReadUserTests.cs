// Goal: a user who may read can send what dashboards and database tools send, and can neither change anything, nor reach outside of the tables, nor raise
// a limit, nor leave anything behind for the next request.
using System.Net;
using Xunit;

namespace Analytics.Tests.ClickHouseServer;

public sealed class ReadUserTests(ServedFixture fixture) : IClassFixture<ServedFixture>
{
    private TestServer Server => fixture.Server;

    [Theory]
    [InlineData("SELECT 1 FORMAT JSON")]
    [InlineData("select 1;")]
    [InlineData("SELECT currentUser() AS user, timezone() AS timezone, version() AS version, displayName() FORMAT RowBinaryWithNamesAndTypes")]
    [InlineData("SHOW DATABASES")]
    [InlineData("SHOW TABLES FROM system FORMAT JSON")]
    [InlineData("DESCRIBE TABLE system.one FORMAT JSONCompact;")]
    [InlineData("EXPLAIN SELECT 1")]
    [InlineData("EXISTS TABLE system.one")]
    [InlineData("SELECT name, engine, data_path, uuid FROM system.databases")]
    [InlineData("SELECT database, name, engine, total_rows FROM system.tables LIMIT 5 FORMAT JSONEachRow")]
    [InlineData("SELECT database, table, name, type, default_kind, comment FROM system.columns LIMIT 5")]
    [InlineData("SELECT name FROM system.functions LIMIT 5")]
    [InlineData("SELECT name, value FROM system.settings LIMIT 5")]
    [InlineData("SELECT count() FROM system.parts")]
    [InlineData("WITH 1 AS x SELECT x FORMAT CSVWithNamesAndTypes")]
    public async Task What_tools_ask_is_answered(string sql)
    {
        var answer = await Server.ReadAsync(sql);
        Assert.True(answer.Status == 200 && answer.Bytes.Length > 0, answer.Text);
    }

    [Theory]
    [InlineData("INSERT INTO {db}.t VALUES (1)")]
    [InlineData("INSERT INTO {db}.t FORMAT TSV 1")]
    [InlineData("INSERT INTO {db}.t SELECT 1")]
    [InlineData("INSERT INTO FUNCTION file('x.csv', 'CSV', 'a Int8') VALUES (1)")]
    [InlineData("CREATE TABLE {db}.x (a Int8) ENGINE = Memory")]
    [InlineData("CREATE TEMPORARY TABLE x (a Int8)")]
    [InlineData("DROP TABLE {db}.t")]
    [InlineData("ALTER TABLE {db}.t ADD COLUMN x Int8")]
    [InlineData("SYSTEM STOP MERGES")]
    [InlineData("SET readonly = 0")]
    [InlineData("SET ROLE ALL")]
    [InlineData("USE {db}")]
    [InlineData("SELECT 1; DROP TABLE {db}.t")]
    [InlineData("SELECT 1 INTO OUTFILE 'x'")]
    public async Task Changing_anything_is_refused(string sql)
    {
        var database = await fixture.Engine.NewDatabaseAsync();
        await (await fixture.Engine.OpenAsync()).ExecuteAsync($"CREATE TABLE {database}.t (a Int8) ENGINE = MergeTree ORDER BY a");
        var answer = await Server.ReadAsync(sql.Replace("{db}", database, StringComparison.Ordinal), "readonly=0");
        answer.MustFail(HttpStatusCode.InternalServerError, 164, "READONLY");
        Assert.Equal("0\t1", await fixture.Engine.QueryTextAsync(
            $"SELECT (SELECT count() FROM {database}.t), count() FROM system.tables WHERE database = '{database}'"));
    }

    [Theory]
    [InlineData("SELECT * FROM file('/etc/hostname', 'LineAsString') FORMAT TSV")]
    [InlineData("SELECT file('/etc/hostname') FORMAT JSON;")]
    [InlineData("SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString', 's String') FORMAT JSON")]
    [InlineData("SELECT * FROM remote('127.0.0.1:1', 'system.one')")]
    [InlineData("SELECT * FROM s3('http://127.0.0.1:1/bucket/key', 'CSV', 'a String')")]
    [InlineData("SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')")]
    [InlineData("SELECT * FROM executable('x', 'TSV', 'a String')")]
    [InlineData("SELECT * FROM default.`/etc/hostname`")]
    [InlineData("SELECT * FROM `/etc/hostname`")]
    [InlineData("SELECT * FROM eval('SELECT 1')")]
    [InlineData("SELECT * FROM system.users")]
    [InlineData("SELECT arrayMap({p:Identifier}, ['/etc/hostname'])")]
    public async Task Reaching_outside_of_the_tables_is_refused(string sql)
    {
        foreach (var parameters in new[] { "param_p=file", "param_p=file&database=system&output_format_json_quote_64bit_integers=1" })
        {
            var answer = await Server.ReadAsync(sql, parameters);
            Assert.NotEqual(200, answer.Status);
            Assert.NotNull(answer.Header("Exception-Code"));
            Assert.DoesNotContain(Environment.MachineName, answer.Text, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("Template")]
    [InlineData("Protobuf")]
    [InlineData("CapnProto")]
    [InlineData("CustomSeparated")]
    public async Task A_format_that_needs_a_file_is_no_format(string format) =>
        (await Server.ReadAsync("SELECT 1 FORMAT " + format)).MustFail(HttpStatusCode.NotFound, 73, "UNKNOWN_FORMAT");

    [Theory]
    [InlineData("SELECT * FROM numbers(1001)", "max_result_rows=1000000", 396)]
    [InlineData("SELECT * FROM numbers(1001)", "max_result_rows=0", 396)]
    [InlineData("SELECT * FROM numbers(11)", "max_result_rows=10", 396)]
    [InlineData("SELECT repeat('x', 500000) FROM numbers(3)", "max_result_bytes=1000000000", 396)]
    [InlineData("SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1", "max_execution_time=600", 159)]
    [InlineData("SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1", "max_execution_time=1", 159)]
    [InlineData("SELECT repeat('x', 1000000) FROM numbers(1000)", "max_memory_usage=0", 241)]
    public async Task Limits_can_be_lowered_and_not_raised(string sql, string parameters, int code)
    {
        var answer = await Server.ReadAsync(sql, parameters);
        Assert.Equal(code.ToString(System.Globalization.CultureInfo.InvariantCulture), answer.Header("Exception-Code"));
        Assert.Equal(code == 159 ? 408 : 500, answer.Status);
    }

    [Fact]
    public async Task A_statement_cannot_raise_its_limits_either() =>
        (await Server.ReadAsync("SELECT 1 SETTINGS max_execution_time = 0 FORMAT JSON")).MustFail(HttpStatusCode.InternalServerError, 164, "READONLY");

    [Fact]
    public async Task Settings_of_the_answers_form_count()
    {
        (await Server.ReadAsync("SELECT toInt64(1) AS a FORMAT JSONEachRow", "output_format_json_quote_64bit_integers=1")).MustBe("{\"a\":\"1\"}\n");
        (await Server.ReadAsync("SELECT * FROM numbers(5)", "limit=2")).MustBe("0\n1\n");
        (await Server.ReadAsync("SELECT a FROM (SELECT 1 AS a) AS x LEFT JOIN (SELECT 2 AS a, 3 AS b) AS y USING a WHERE b IS NULL", "join_use_nulls=1")).MustBe("1\n");
        (await Server.ReadAsync("SELECT * FROM numbers(20)", "max_result_rows=3&result_overflow_mode=break")).MustBe("0\n1\n2\n");
        Assert.Equal(1000, (await Server.ReadAsync("SELECT * FROM numbers(5000)", "max_result_rows=9999&result_overflow_mode=break")).MustBeRows());
        var answer = (await Server.ReadAsync("SELECT toDateTime(0) AS t", "session_timezone=Asia/Tokyo")).MustBe("1970-01-01 09:00:00\n");
        Assert.Equal("Asia/Tokyo", answer.Header("Timezone"));
    }

    [Fact]
    public async Task Settings_that_programs_send_by_habit_are_taken()
    {
        const string Habits = "max_query_size=1000000&connect_timeout=10&use_uncompressed_cache=1&log_queries=1&send_progress_in_http_headers=1&readonly=2"
            + "&cancel_http_readonly_queries_on_client_close=1&http_headers_progress_interval_ms=100&output_format_schema=x&max_threads=64&allow_ddl=1";
        (await Server.ReadAsync("SELECT 1", Habits)).MustBe("1\n");
        (await Server.ReadAsync("SELECT getSetting('readonly'), getSetting('max_threads') <= 2, getSetting('output_format_schema')", Habits)).MustBe("1\t1\t\n");
        (await Server.ReadAsync("SELECT 1", "no_such_setting=1")).MustFail(HttpStatusCode.NotFound, 115, "UNKNOWN_SETTING");
        (await Server.ReadAsync("SELECT 1", "extremes=perhaps")).MustFail(HttpStatusCode.InternalServerError, 467, "CANNOT_PARSE_BOOL");
    }

    [Fact]
    public async Task Nothing_is_left_behind_for_the_next_request()
    {
        for (var i = 0; i < 10; i++)
        {
            var other = await Server.ReadAsync("SELECT currentDatabase(), getSetting('extremes')", "database=system&extremes=1&default_format=TSV");
            Assert.StartsWith("system\ttrue\n", other.Text, StringComparison.Ordinal);
            (await Server.ReadAsync("SELECT throwIf(1)")).MustFail(HttpStatusCode.InternalServerError, 395, "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO");
            (await Server.ReadAsync("SELECT currentDatabase(), getSetting('extremes'), getSetting('readonly'), currentRoles()")).MustBe("default\tfalse\t1\t['reader']\n");
        }
    }

    [Fact]
    public async Task A_session_of_a_reader_changes_nothing_for_him()
    {
        (await Server.ReadAsync("SELECT 1", "session_id=a")).MustBe("1\n");
        (await Server.ReadAsync("SELECT 2", "session_id=a&session_check=1")).MustBe("2\n");
        (await Server.ReadAsync("CREATE TEMPORARY TABLE x (a Int8)", "session_id=a")).MustFail(HttpStatusCode.InternalServerError, 164, "READONLY");
    }
}
