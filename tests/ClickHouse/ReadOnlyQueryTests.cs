// Goal: SQL that a user wrote can read the tables and nothing else: no change, no file, no network, no other format, no more time or memory than
// allowed.
// Each refusal is tried on the real engine, and the reads next to it work.
using System.Diagnostics;
using System.Text;
using Analytics.Grains.ClickHouse;
using Xunit;

namespace Analytics.Tests.ClickHouse;

public sealed class ReadOnlyQueryTests(EngineFixture engine)
{
    [Theory]
    [InlineData("SELECT 1 + 1", "2")]
    [InlineData("  select count() from {db}.t -- the end", "3")]
    [InlineData("/* head */ WITH x AS (SELECT 5 AS v) SELECT v FROM x", "5")]
    [InlineData("SELECT * FROM ((SELECT 1 AS a) UNION ALL (SELECT 2)) ORDER BY a", "1\n2")]
    [InlineData("SHOW TABLES FROM {db}", "t")]
    [InlineData("EXISTS TABLE {db}.t", "1")]
    [InlineData("SELECT t.file, max(t.file) FROM {db}.t AS t GROUP BY t.file ORDER BY 1 LIMIT 1", "0\t0")]
    [InlineData("SELECT 1 AS file", "1")]
    [InlineData("SELECT 'file(''/etc/passwd'')', 'it\\'s; DROP TABLE x', q.file FROM (SELECT 7 AS file) AS q WHERE 0", "")]
    [InlineData("SELECT settings FROM (SELECT settings FROM (SELECT 1 AS settings)) WHERE (settings = 1 AND settings IN (1))", "1")]
    [InlineData("SELECT name FROM system.columns WHERE database = '{db}' AND table = 't'", "file")]
    [InlineData("SELECT sum(number) FROM numbers(10)", "45")]
    [InlineData("SELECT * FROM values('a Int8', 1, 2)", "1\n2")]
    [InlineData("SELECT 1 SETTINGS max_threads = 2", "1")]
    public async Task Reading_is_allowed(string sql, string expected)
    {
        var database = await TableAsync();
        Assert.Equal(expected, await TextAsync(sql.Replace("{db}", database, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("DESCRIBE TABLE {db}.t")]
    [InlineData("EXPLAIN SELECT * FROM {db}.t")]
    [InlineData("SHOW CREATE TABLE {db}.t")]
    [InlineData("SHOW DATABASES LIKE '{db}'")]
    [InlineData("SELECT count() FROM system.parts")]
    public async Task Looking_around_is_allowed(string sql) =>
        Assert.NotEmpty(await TextAsync(sql.Replace("{db}", await TableAsync(), StringComparison.Ordinal)));

    [Theory]
    [InlineData("INSERT INTO {db}.t VALUES (1)")]
    [InlineData("INSERT INTO {db}.t SELECT 1")]
    [InlineData("INSERT INTO FUNCTION url('http://127.0.0.1:1/', 'CSV', 'a Int8') VALUES (1)")]
    [InlineData("CREATE TABLE {db}.x (a Int8) ENGINE = Memory")]
    [InlineData("CREATE TEMPORARY TABLE x (a Int8)")]
    [InlineData("CREATE DATABASE x")]
    [InlineData("CREATE FUNCTION f AS x -> x")]
    [InlineData("CREATE USER u")]
    [InlineData("CREATE VIEW {db}.v AS SELECT 1")]
    [InlineData("DROP TABLE {db}.t")]
    [InlineData("DROP DATABASE {db}")]
    [InlineData("TRUNCATE TABLE {db}.t")]
    [InlineData("ALTER TABLE {db}.t ADD COLUMN x Int8")]
    [InlineData("ALTER TABLE {db}.t DELETE WHERE 1")]
    [InlineData("DELETE FROM {db}.t WHERE 1")]
    [InlineData("RENAME TABLE {db}.t TO {db}.x")]
    [InlineData("OPTIMIZE TABLE {db}.t")]
    [InlineData("DETACH TABLE {db}.t")]
    [InlineData("SYSTEM STOP MERGES")]
    [InlineData("SYSTEM SHUTDOWN")]
    [InlineData("KILL QUERY WHERE 1")]
    [InlineData("GRANT ALL ON *.* TO default")]
    [InlineData("SET ROLE owner")]
    [InlineData("SET ROLE ALL")]
    [InlineData("SET readonly = 0")]
    [InlineData("SET max_execution_time = 0")]
    [InlineData("USE {db}")]
    [InlineData("BACKUP DATABASE {db} TO File('x')")]
    [InlineData("EXECUTE AS default SELECT 1")]
    [InlineData("SELECT 1 INTO OUTFILE '{dir}/x'")]
    [InlineData("SELECT 1 INTO OUTFILE '{dir}/x' TRUNCATE FORMAT CSV")]
    public async Task Changing_anything_is_refused_in_words(string sql)
    {
        var database = await TableAsync();
        var exception = await RefusedAsync(sql, database);
        Assert.Equal(164, exception.Code);
        Assert.Contains("Only SELECT", exception.Message, StringComparison.Ordinal);
        Assert.Equal("3", await engine.QueryTextAsync($"SELECT count() FROM {database}.t"));
        Assert.False(File.Exists(Path.Combine(engine.Directory, "x")));
    }

    [Theory]
    [InlineData("SELECT * FROM file('/etc/hostname', 'LineAsString')")]
    [InlineData("SELECT file('/etc/hostname')")]
    [InlineData("SELECT file ('/etc/hostname')")]
    [InlineData("SELECT file/**/('/etc/hostname')")]
    [InlineData("SELECT `file`('/etc/hostname')")]
    [InlineData("SELECT \"file\"('/etc/hostname')")]
    [InlineData("SELECT `fi\\x6ce`('/etc/hostname')")]
    [InlineData("SELECT \u201Cfile\u201D('/etc/hostname')")]
    [InlineData("SELECT file\u200B('/etc/hostname')")]
    [InlineData("SELECT arrayMap(file, ['/etc/hostname'])")]
    [InlineData("SELECT arrayMap((file), ['/etc/hostname'])")]
    [InlineData("SELECT arrayMap(x -> file(x), ['/etc/hostname'])")]
    [InlineData("SELECT * APPLY file FROM (SELECT '/etc/hostname')")]
    [InlineData("SELECT * APPLY(file) FROM (SELECT '/etc/hostname')")]
    [InlineData("SELECT 'a\\'', file('/etc/hostname')")]
    [InlineData("SELECT 'a''', file('/etc/hostname')")]
    [InlineData("SELECT 1 // it's\n, file('/etc/hostname') -- '")]
    [InlineData("SELECT 1 # it's\n, file('/etc/hostname') -- '")]
    [InlineData("SELECT /* /* ' */ */ file('/etc/hostname') -- '")]
    [InlineData("SELECT $$ ' $$, file('/etc/hostname') -- '")]
    [InlineData("SELECT 1 -- it's\n, file('/etc/hostname')")]
    [InlineData("EXPLAIN SELECT file('/etc/hostname')")]
    [InlineData("DESCRIBE (SELECT file('/etc/hostname'))")]
    [InlineData("DESCRIBE TABLE file('/etc/hostname')")]
    [InlineData("SELECT * FROM default.`/etc/hostname`")]
    [InlineData("DESCRIBE TABLE default.`/etc/hostname`")]
    [InlineData("SELECT * FROM fileCluster('default', '/etc/hostname')")]
    [InlineData("SELECT * FROM filesystem('/etc')")]
    [InlineData("SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString', 's String')")]
    [InlineData("SELECT * FROM urlCluster('default', 'http://127.0.0.1:1/', 'CSV')")]
    [InlineData("SELECT * FROM s3('http://127.0.0.1:1/bucket/key', 'CSV', 'a String')")]
    [InlineData("SELECT * FROM gcs('http://127.0.0.1:1/bucket/key', 'CSV', 'a String')")]
    [InlineData("SELECT * FROM iceberg('http://127.0.0.1:1/bucket/key')")]
    [InlineData("SELECT * FROM deltaLake('http://127.0.0.1:1/bucket/key')")]
    [InlineData("SELECT * FROM hudi('http://127.0.0.1:1/bucket/key')")]
    [InlineData("SELECT * FROM icebergLocal('/etc')")]
    [InlineData("SELECT * FROM azureBlobStorage('a', 'b', 'c')")]
    [InlineData("SELECT * FROM hdfs('hdfs://127.0.0.1:1/x', 'TSV', 'a Int8')")]
    [InlineData("SELECT * FROM remote('127.0.0.1:1', 'system.one')")]
    [InlineData("SELECT * FROM remoteSecure('127.0.0.1:1', 'system.one')")]
    [InlineData("SELECT * FROM cluster('default', system.one)")]
    [InlineData("SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')")]
    [InlineData("SELECT * FROM postgresql('127.0.0.1:1', 'a', 'b', 'c', 'd')")]
    [InlineData("SELECT * FROM mongodb('127.0.0.1:1', 'd', 'c', 'u', 'p', 'a Int8')")]
    [InlineData("SELECT * FROM redis('127.0.0.1:1', 'k', 'k String')")]
    [InlineData("SELECT * FROM sqlite('/tmp/x.db', 't')")]
    [InlineData("SELECT * FROM odbc('x', 'y', 'z')")]
    [InlineData("SELECT * FROM jdbc('x', 'y')")]
    [InlineData("SELECT * FROM executable('x', 'TSV', 'a String')")]
    [InlineData("SELECT * FROM input('a String')")]
    [InlineData("SELECT * FROM arrowstream('x')")]
    [InlineData("SELECT * FROM eval('SELECT 1')")]
    [InlineData("SELECT * FROM `Eval` ('SELECT 1')")]
    [InlineData("SELECT * FROM (SELECT * FROM eval(concat('SELECT fi', 'le(''/etc/hostname'')')) SETTINGS allow_experimental_eval_table_function = 1)")]
    [InlineData("SELECT * FROM eval(concat('SELECT fi', 'le(''/etc/hostname'')')) SETTINGS allow_experimental_eval_table_function = 1 UNION ALL SELECT 1")]
    [InlineData("INSERT INTO FUNCTION file('/tmp/x', 'CSV', 'a Int8') VALUES (1)")]
    [InlineData("SELECT catboostEvaluate('/etc/hostname', 1)")]
    [InlineData("SELECT aiGenerate('x', 'y')")]
    [InlineData("SELECT addressToLine(toUInt64(1))")]
    [InlineData("SELECT * FROM system.users")]
    public async Task Reaching_outside_of_the_tables_is_refused(string sql)
    {
        var exception = await RefusedAsync(sql, await TableAsync());
        Assert.NotEqual(0, exception.Code);
        Assert.DoesNotContain(Environment.MachineName, exception.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_parameter_cannot_name_a_function()
    {
        var clickHouse = await engine.OpenAsync();
        var exception = await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.QueryReadOnlyAsync(
            "SELECT arrayMap({p:Identifier}, ['/etc/hostname'])", "TSV", new Dictionary<string, string> { ["p"] = "file" }));
        Assert.Equal(164, exception.Code);
    }

    [Fact]
    public async Task A_parameter_is_a_value()
    {
        var clickHouse = await engine.OpenAsync();
        var answer = await clickHouse.QueryReadOnlyAsync(
            "SELECT {p:String}", "TSV", new Dictionary<string, string> { ["p"] = "file('/etc/hostname'); DROP TABLE x" });
        Assert.Equal("file(\\'/etc/hostname\\'); DROP TABLE x\n", Encoding.UTF8.GetString(answer));
    }

    [Theory]
    [InlineData("SELECT 1; SELECT 2")]
    [InlineData("SELECT 1; SYSTEM STOP MERGES")]
    [InlineData("SELECT 1; DROP TABLE {db}.t")]
    [InlineData("SELECT 1 PARALLEL WITH SELECT 2")]
    public async Task Several_statements_are_refused(string sql)
    {
        var exception = await RefusedAsync(sql, await TableAsync());
        Assert.Contains("2 statements", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT 1 FORMAT JSON")]
    [InlineData("SELECT 1 FORMAT JSON SETTINGS max_threads = 2")]
    [InlineData("SELECT 1 SETTINGS max_threads = 2 FORMAT JSON")]
    [InlineData("SELECT 1;")]
    public async Task A_format_of_its_own_is_refused_in_words(string sql)
    {
        var exception = await RefusedAsync(sql, string.Empty);
        Assert.Contains("FORMAT", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NoSuchFormat")]
    [InlineData("CSV SETTINGS readonly = 0")]
    [InlineData("CSV; DROP TABLE x")]
    public async Task A_format_that_is_none_is_refused(string format)
    {
        var clickHouse = await engine.OpenAsync();
        var exception = await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.QueryReadOnlyAsync("SELECT 1", format));
        Assert.Equal(73, exception.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(";")]
    [InlineData("exit")]
    [InlineData("quit")]
    [InlineData("\\q")]
    [InlineData("SELEC 1")]
    [InlineData("SELECT FROM WHERE")]
    [InlineData("SELECT 'no end")]
    [InlineData("SELECT 1; DROP TABLE {db}.t; this does not parse")]
    public async Task What_is_no_sql_is_refused_and_no_part_of_it_runs(string sql)
    {
        var database = await TableAsync();
        var exception = await RefusedAsync(sql, database);
        Assert.Contains(exception.Code, new[] { 62, 164 });
        Assert.Equal("3", await engine.QueryTextAsync($"SELECT count() FROM {database}.t"));
    }

    [Theory]
    [InlineData("SELECT 1 SETTINGS readonly = 0")]
    [InlineData("SELECT 1 SETTINGS max_execution_time = 0")]
    [InlineData("SELECT 1 SETTINGS max_result_rows = 0")]
    [InlineData("SELECT 1 SETTINGS max_memory_usage = 0")]
    [InlineData("SELECT * FROM (SELECT 1 SETTINGS max_execution_time = 0)")]
    [InlineData("SELECT * FROM (SELECT 1 settings allow_introspection_functions)")]
    [InlineData("SELECT * FROM (SELECT 1 SETTINGS `max_execution_time` = 0)")]
    [InlineData("SELECT (SELECT 1 SETTINGS/**/max_threads = 1)")]
    [InlineData("(SELECT 1 SETTINGS max_execution_time = 0) UNION ALL (SELECT 2)")]
    [InlineData("WITH x AS (SELECT 1 SETTINGS max_execution_time = 0) SELECT * FROM x")]
    public async Task A_statement_cannot_raise_its_limits(string sql)
    {
        var exception = await RefusedAsync(sql, string.Empty);
        Assert.Equal(164, exception.Code);
    }

    [Fact]
    public async Task Time_is_limited()
    {
        var watch = Stopwatch.StartNew();
        var exception = await RefusedAsync("SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1", string.Empty);
        Assert.Equal(159, exception.Code);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(EngineFixture.Options.QuerySecondsMax + 10), $"{watch.Elapsed}");
    }

    [Fact]
    public async Task Rows_of_the_answer_are_limited()
    {
        Assert.Equal(EngineFixture.Options.QueryRowsMax, (await TextAsync($"SELECT * FROM numbers({EngineFixture.Options.QueryRowsMax})")).Split('\n').Length);
        var exception = await RefusedAsync($"SELECT * FROM numbers({EngineFixture.Options.QueryRowsMax + 1})", string.Empty);
        Assert.Equal(396, exception.Code);
    }

    [Theory]
    [InlineData("SELECT repeat('x', 500000) FROM numbers(3)")]
    [InlineData("SELECT materialize(repeat('x', 500000)) FROM numbers(3)")]
    public async Task Bytes_of_the_answer_are_limited(string sql)
    {
        var exception = await RefusedAsync(sql, string.Empty);
        Assert.Equal(396, exception.Code);
    }

    [Fact]
    public async Task Memory_for_the_answer_is_limited()
    {
        // The engine does not count what a constant becomes when it is written out a thousand times.
        var exception = await RefusedAsync("SELECT repeat('x', 1000000) FROM numbers(1000)", string.Empty);
        Assert.Equal(241, exception.Code);
    }

    [Fact]
    public async Task Memory_is_limited()
    {
        var exception = await RefusedAsync("SELECT uniqExact(number) FROM numbers(200000000)", string.Empty);
        Assert.Contains(exception.Code, new[] { 241, 159 });
    }

    [Fact]
    public async Task After_refusals_the_connections_still_read_and_still_refuse()
    {
        for (var i = 0; i < EngineFixture.Options.QueryConnections * 3; i++)
        {
            await RefusedAsync("SET ROLE ALL; SET readonly = 0", string.Empty);
            await RefusedAsync("SELECT throwIf(1)", string.Empty);
            Assert.Equal("['reader']\t1", await TextAsync("SELECT currentRoles(), getSetting('readonly')"));
        }
    }

    private async Task<string> TableAsync()
    {
        var database = await engine.NewDatabaseAsync();
        await (await engine.OpenAsync()).ExecuteAsync($"CREATE TABLE {database}.t (file Int64) ENGINE = MergeTree ORDER BY file AS SELECT number FROM numbers(3)");
        return database;
    }

    private async Task<string> TextAsync(string sql) =>
        Encoding.UTF8.GetString(await (await engine.OpenAsync()).QueryReadOnlyAsync(sql, "TSVRaw")).TrimEnd('\n');

    private async Task<ClickHouseException> RefusedAsync(string sql, string database)
    {
        var clickHouse = await engine.OpenAsync();
        var text = sql.Replace("{db}", database, StringComparison.Ordinal).Replace("{dir}", engine.Directory, StringComparison.Ordinal);
        return await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.QueryReadOnlyAsync(text, "TSV"));
    }
}
