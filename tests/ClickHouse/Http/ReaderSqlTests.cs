// Goal: what a user's SQL may not be is refused by its text, before any server sees it; what only looks like it is not.
using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Http;
using Xunit;

namespace Analytics.Tests.ClickHouse.Http;

public sealed class ReaderSqlTests
{
    [Theory]
    [InlineData("SELECT 1")]
    [InlineData("-- a\n select url, s3, t.remote FROM t WHERE cluster = 1 AND mysql IN (1)")]
    [InlineData("((SELECT 1)) UNION ALL (SELECT 2)")]
    [InlineData("WITH x AS (SELECT 1) SELECT * FROM x")]
    [InlineData("FROM t SELECT a")]
    [InlineData("SHOW TABLES FROM users")]
    [InlineData("SHOW CREATE TABLE users")]
    [InlineData("SHOW DATABASES")]
    [InlineData("DESC t")]
    [InlineData("describe table t")]
    [InlineData("EXPLAIN SELECT 1")]
    [InlineData("EXISTS TABLE t")]
    [InlineData("SELECT ';', 'INTO OUTFILE', `PARALLEL`, 'url('")]
    [InlineData("SELECT count() FROM t GROUP BY parallel WITH TOTALS")]
    [InlineData("SELECT * FROM system.columns, shop.users, numbers(10), merge('a', 'b'), urlHash(1)")]
    public void Reading_is_allowed(string sql) => Assert.Null(ReaderSql.Refusal(sql, out _));

    [Theory]
    [InlineData("INSERT INTO t VALUES (1)")]
    [InlineData("(DROP TABLE t)")]
    [InlineData("USE x")]
    [InlineData("SET readonly = 0")]
    [InlineData("SYSTEM SHUTDOWN")]
    [InlineData("KILL QUERY WHERE 1")]
    [InlineData("CHECK TABLE t")]
    [InlineData("`SELECT` 1")]
    [InlineData("'SELECT'")]
    [InlineData("")]
    [InlineData(" -- nothing\n")]
    [InlineData(";")]
    [InlineData("exit")]
    public void What_begins_otherwise_is_not(string sql)
    {
        Assert.Equal(ReaderSql.OnlyReads, ReaderSql.Refusal(sql, out var isUnknown));
        Assert.True(isUnknown);
    }

    [Theory]
    [InlineData("SELECT 1; SELECT 2", "2 statements")]
    [InlineData("SELECT 1; DROP TABLE t; x", "3 statements")]
    [InlineData("SELECT 1 PARALLEL WITH SELECT 2", "2 statements")]
    [InlineData("SELECT 1;", "semicolon")]
    [InlineData("SELECT 1;;", "semicolon")]
    [InlineData("SELECT 1 INTO OUTFILE 'x'", "no INTO OUTFILE")]
    [InlineData("SELECT 1 into /* */ outfile 'x'", "no INTO OUTFILE")]
    [InlineData("SELECT * FROM url('http://x', 'CSV')", "url()")]
    [InlineData("SELECT * FROM URL ('http://x', 'CSV')", "URL()")]
    [InlineData("SELECT * FROM `s3`('http://x')", "s3()")]
    [InlineData("SELECT * FROM s3Cluster('a', 'http://x')", "s3Cluster()")]
    [InlineData("SELECT * FROM cluster('a', system.one)", "cluster()")]
    [InlineData("SELECT * FROM clusterAllReplicas('a', system.one)", "clusterAllReplicas()")]
    [InlineData("SELECT * FROM (SELECT * FROM mysql('a', 'b'))", "mysql()")]
    [InlineData("DESCRIBE TABLE file('x')", "file()")]
    [InlineData("SHOW USERS", "Users")]
    [InlineData("SHOW GRANTS FOR x", "Users")]
    [InlineData("SHOW CREATE USER x", "Users")]
    [InlineData("SHOW CURRENT ROLES", "Users")]
    [InlineData("SHOW ROW POLICIES", "Users")]
    [InlineData("SELECT * FROM system.users", "Users")]
    [InlineData("SELECT * FROM `system`.\"named_collections\"", "Users")]
    [InlineData("SELECT * FROM SYSTEM . /* */ grants", "Users")]
    public void What_leaves_the_tables_is_refused_in_words(string sql, string words)
    {
        Assert.Contains(words, ReaderSql.Refusal(sql, out var isUnknown), StringComparison.Ordinal);
        Assert.False(isUnknown);
    }

    [Theory]
    [InlineData("SELECT * FROM url('http://x', 'CSV')")]
    [InlineData("SELECT arrayMap(file, ['x'])")]
    [InlineData("SELECT * FROM (SELECT 1 SETTINGS readonly = 0)")]
    [InlineData("SELECT {p:Identifier}")]
    [InlineData("SELECT 1; SELECT 2")]
    public async Task A_refused_text_never_reaches_a_server(string sql)
    {
        await using var server = new FaultyServer();
        await using var clickHouse = Servers.Open(server);
        Assert.Equal(164, (await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.QueryReadOnlyAsync(sql, "TSV"))).Code);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("CSV SETTINGS readonly = 0")]
    [InlineData("CSV; DROP TABLE x")]
    [InlineData("")]
    public async Task A_format_that_is_none_never_reaches_a_server(string format)
    {
        await using var server = new FaultyServer();
        await using var clickHouse = Servers.Open(server);
        Assert.Equal(73, (await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.QueryReadOnlyAsync("SELECT 1", format))).Code);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_text_that_does_not_parse_is_told_in_the_servers_words_about_the_text_itself()
    {
        await using var server = new FaultyServer { Answer = _ => Reply.Error(62, "SYNTAX_ERROR", "Syntax error: failed at position 8") };
        await using var clickHouse = Servers.Open(server);
        foreach (var sql in new[] { "SELECT it's wrong' FROM", "SELEC 1" })
        {
            var e = await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.QueryReadOnlyAsync(sql, "TSV"));
            Assert.Equal((62, "Syntax error: failed at position 8. (SYNTAX_ERROR)"), (e.Code, e.Message));
        }

        Assert.Equal(
            ["SELECT it's wrong' FROM\nFORMAT TSV", "SELECT formatQuery('SELECT it\\'s wrong\\' FROM')", "SELECT formatQuery('SELEC 1')"],
            server.Requests.Select(request => request.Text));
    }

    [Fact]
    public async Task A_format_of_its_own_is_told_from_a_text_that_does_not_parse()
    {
        await using var server = new FaultyServer();
        server.Answer = request => request.Text.StartsWith("SELECT formatQuery", StringComparison.Ordinal) ? Reply.Ok() : Reply.Error(62, "SYNTAX_ERROR", "Syntax error");
        await using var clickHouse = Servers.Open(server);
        var e = await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.QueryReadOnlyAsync("SELECT 1 FORMAT JSON", "TSV"));
        Assert.Equal((164, ReaderSql.NoFormat), (e.Code, e.Message));
    }
}
