// Goal: on every ClickHouse a user's SQL reads tables within limits that it cannot raise, and nothing else.
using System.Text;
using Analytics.Grains.ClickHouse;
using Xunit;

namespace Analytics.Tests.ClickHouse;

public abstract class ReaderContract : ClickHouseContract
{
    /// <summary>Seconds a query may run, 2, and rows and bytes an answer may have, 1,000 and 1 MiB, as the derived class opens its ClickHouse.</summary>
    private const int RowsMax = 1000;

    [Theory]
    [InlineData("SELECT 1 + 1", "2")]
    [InlineData("  select count() from {db}.t -- the end", "3")]
    [InlineData("/* head */ WITH x AS (SELECT 5 AS v) SELECT v FROM x", "5")]
    [InlineData("SELECT * FROM ((SELECT 1 AS a) UNION ALL (SELECT 2)) ORDER BY a", "1\n2")]
    [InlineData("SHOW TABLES FROM {db}", "t")]
    [InlineData("EXISTS TABLE {db}.t", "1")]
    [InlineData("SELECT t.file, max(t.file) FROM {db}.t AS t GROUP BY t.file ORDER BY 1 LIMIT 1", "0\t0")]
    [InlineData("SELECT name FROM system.columns WHERE database = '{db}' AND table = 't'", "file")]
    [InlineData("SELECT sum(number) FROM numbers(10)", "45")]
    [InlineData("SELECT * FROM values('a Int8', 1, 2)", "1\n2")]
    public async Task Reading_is_allowed(string sql, string expected) => Assert.Equal(expected, await ReadAsync(sql, await NewTableAsync()));

    [Theory]
    [InlineData("DESCRIBE TABLE {db}.t")]
    [InlineData("EXPLAIN SELECT * FROM {db}.t")]
    [InlineData("SHOW CREATE TABLE {db}.t")]
    [InlineData("SHOW DATABASES")]
    public async Task Looking_around_is_allowed(string sql) => Assert.NotEmpty(await ReadAsync(sql, await NewTableAsync()));

    [Fact]
    public async Task Numbers_of_64_bits_are_numbers_in_json()
    {
        var answer = await (await OpenAsync()).QueryReadOnlyAsync("SELECT toInt64(5) AS n", "JSONEachRow");
        Assert.Equal("{\"n\":5}\n", Encoding.UTF8.GetString(answer));
    }

    [Theory]
    [InlineData("INSERT INTO {db}.t VALUES (1)")]
    [InlineData("INSERT INTO {db}.t SELECT 1")]
    [InlineData("CREATE TABLE {db}.x (a Int8) ENGINE = Memory")]
    [InlineData("CREATE TEMPORARY TABLE x (a Int8)")]
    [InlineData("DROP TABLE {db}.t")]
    [InlineData("TRUNCATE TABLE {db}.t")]
    [InlineData("ALTER TABLE {db}.t DELETE WHERE 1")]
    [InlineData("RENAME TABLE {db}.t TO {db}.x")]
    [InlineData("OPTIMIZE TABLE {db}.t")]
    [InlineData("SYSTEM STOP MERGES")]
    [InlineData("KILL QUERY WHERE 1")]
    [InlineData("GRANT ALL ON *.* TO default")]
    [InlineData("SET readonly = 0")]
    [InlineData("SET max_execution_time = 0")]
    [InlineData("USE {db}")]
    [InlineData("SELECT 1 INTO OUTFILE 'x'")]
    public async Task Changing_anything_is_refused_in_words(string sql)
    {
        var database = await NewTableAsync();
        var e = await RefusedAsync(sql, database);
        Assert.Equal(164, e.Code);
        Assert.Contains("Only SELECT", e.Message, StringComparison.Ordinal);
        Assert.Equal("3", await TextAsync($"SELECT count() FROM {database}.t"));
    }

    [Theory]
    [InlineData("SELECT * FROM file('/etc/hostname', 'LineAsString')")]
    [InlineData("SELECT file('/etc/hostname')")]
    [InlineData("SELECT `fi\\x6ce`('/etc/hostname')")]
    [InlineData("SELECT arrayMap(file, ['/etc/hostname'])")]
    [InlineData("DESCRIBE TABLE file('/etc/hostname')")]
    [InlineData("SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString', 's String')")]
    [InlineData("SELECT * FROM s3('http://127.0.0.1:1/bucket/key', 'CSV', 'a String')")]
    [InlineData("SELECT * FROM remote('127.0.0.1:1', 'system.one')")]
    [InlineData("SELECT * FROM cluster('default', system.one)")]
    [InlineData("SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')")]
    [InlineData("SELECT * FROM postgresql('127.0.0.1:1', 'a', 'b', 'c', 'd')")]
    [InlineData("SELECT * FROM eval('SELECT 1')")]
    [InlineData("SELECT catboostEvaluate('/etc/hostname', 1)")]
    [InlineData("SELECT addressToLine(toUInt64(1))")]
    [InlineData("SELECT * FROM system.users")]
    public async Task Reaching_outside_of_the_tables_is_refused(string sql) => Assert.NotEqual(0, (await RefusedAsync(sql, await NewTableAsync())).Code);

    [Theory]
    [InlineData("SELECT 1; SELECT 2")]
    [InlineData("SELECT 1; DROP TABLE {db}.t")]
    [InlineData("SELECT 1 PARALLEL WITH SELECT 2")]
    public async Task Several_statements_are_refused(string sql) =>
        Assert.Contains("2 statements", (await RefusedAsync(sql, await NewTableAsync())).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("SELECT 1 FORMAT JSON")]
    [InlineData("SELECT 1 SETTINGS max_threads = 2 FORMAT JSON")]
    [InlineData("SELECT 1;")]
    public async Task A_format_of_its_own_is_refused_in_words(string sql)
    {
        var e = await RefusedAsync(sql, string.Empty);
        Assert.Equal(164, e.Code);
        Assert.Contains("FORMAT", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NoSuchFormat")]
    [InlineData("CSV SETTINGS readonly = 0")]
    [InlineData("CSV; DROP TABLE x")]
    public async Task A_format_that_is_none_is_refused(string format)
    {
        var clickHouse = await OpenAsync();
        Assert.Equal(73, (await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.QueryReadOnlyAsync("SELECT 1", format))).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(";")]
    [InlineData("exit")]
    [InlineData("\\q")]
    [InlineData("SELEC 1")]
    [InlineData("SELECT FROM WHERE")]
    [InlineData("SELECT 'no end")]
    [InlineData("SELECT 1; DROP TABLE {db}.t; this does not parse")]
    public async Task What_is_no_sql_is_refused_and_no_part_of_it_runs(string sql)
    {
        var database = await NewTableAsync();
        Assert.Contains((await RefusedAsync(sql, database)).Code, new[] { 62, 164 });
        Assert.Equal("3", await TextAsync($"SELECT count() FROM {database}.t"));
    }

    [Theory]
    [InlineData("SELECT 1 SETTINGS readonly = 0")]
    [InlineData("SELECT 1 SETTINGS max_execution_time = 0")]
    [InlineData("SELECT 1 SETTINGS max_result_rows = 0")]
    [InlineData("SELECT * FROM (SELECT 1 SETTINGS max_execution_time = 0)")]
    [InlineData("(SELECT 1 SETTINGS max_execution_time = 0) UNION ALL (SELECT 2)")]
    public async Task A_statement_cannot_raise_its_limits(string sql) => Assert.Equal(164, (await RefusedAsync(sql, string.Empty)).Code);

    [Fact]
    public async Task Time_is_limited() =>
        Assert.Equal(159, (await RefusedAsync("SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1", string.Empty)).Code);

    [Fact]
    public async Task Rows_of_the_answer_are_limited()
    {
        Assert.Equal(RowsMax, (await ReadAsync($"SELECT * FROM numbers({RowsMax})", string.Empty)).Split('\n').Length);
        Assert.Equal(396, (await RefusedAsync($"SELECT * FROM numbers({RowsMax + 1})", string.Empty)).Code);
    }

    [Theory]
    [InlineData("SELECT repeat('x', 500000) FROM numbers(3)")]
    [InlineData("SELECT materialize(repeat('x', 500000)) FROM numbers(3)")]
    public async Task Bytes_of_the_answer_are_limited(string sql) => Assert.Equal(396, (await RefusedAsync(sql, string.Empty)).Code);

    [Fact]
    public async Task A_parameter_is_a_value_and_cannot_name_a_function()
    {
        var clickHouse = await OpenAsync();
        var parameters = new Dictionary<string, string> { ["p"] = "file" };
        Assert.Equal("file\n", Encoding.UTF8.GetString(await clickHouse.QueryReadOnlyAsync("SELECT {p:String}", "TSV", parameters)));
        var e = await Assert.ThrowsAsync<ClickHouseException>(
            () => clickHouse.QueryReadOnlyAsync("SELECT arrayMap({p:Identifier}, ['/etc/hostname'])", "TSV", parameters));
        Assert.Equal(164, e.Code);
    }

    private async Task<string> NewTableAsync()
    {
        var database = await NewDatabaseAsync();
        await (await OpenAsync()).ExecuteAsync($"CREATE TABLE {database}.t (file Int64) ENGINE = MergeTree ORDER BY file AS SELECT number FROM numbers(3)");
        return database;
    }

    private async Task<string> ReadAsync(string sql, string database) => Encoding.UTF8.GetString(
        await (await OpenAsync()).QueryReadOnlyAsync(sql.Replace("{db}", database, StringComparison.Ordinal), "TSVRaw")).TrimEnd('\n');

    private async Task<ClickHouseException> RefusedAsync(string sql, string database)
    {
        var clickHouse = await OpenAsync();
        return await Assert.ThrowsAnyAsync<ClickHouseException>(
            () => clickHouse.QueryReadOnlyAsync(sql.Replace("{db}", database, StringComparison.Ordinal), "TSV"));
    }
}
