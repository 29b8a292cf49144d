// Goal: where an INSERT's data begins, and what format a statement names, is found as the engine finds it, whatever is around: comments, quotations, names
// that look like keywords. What cannot be told apart is left to the engine.
using System.Text;
using Analytics.Silo.ClickHouseServer.Sql;
using Xunit;

namespace Analytics.Tests.ClickHouseServer;

public sealed class ServedSqlTests
{
    [Theory]
    [InlineData("INSERT INTO t VALUES (1)", "INSERT INTO t ", "Values", " (1)")]
    [InlineData("insert t format CSV\n1,2", "insert t ", "CSV", "1,2")]
    [InlineData("INSERT INTO t FORMAT CSV \t\r\n\n1", "INSERT INTO t ", "CSV", "\n1")]
    [InlineData("INSERT INTO t FORMAT CSV", "INSERT INTO t ", "CSV", "")]
    [InlineData("INSERT INTO t FORMAT CSV ; \n", "INSERT INTO t ", "CSV", "")]
    [InlineData("INSERT INTO t FORMAT CSV;1", "INSERT INTO t ", "CSV", ";1")]
    [InlineData("INSERT INTO db.`format` (`values`, \"format\") SETTINGS a='FORMAT x', b=1 FORMAT Native X", "INSERT INTO db.`format` (`values`, \"format\") SETTINGS a='FORMAT x', b=1 ", "Native", "X")]
    [InlineData("INSERT INTO TABLE values VALUES 1", "INSERT INTO TABLE values ", "Values", " 1")]
    [InlineData("INSERT INTO FUNCTION file('x', 'CSV') PARTITION BY a VALUES 1", "INSERT INTO FUNCTION file('x', 'CSV') PARTITION BY a ", "Values", " 1")]
    [InlineData("INSERT INTO {d:Identifier}.{t:Identifier} FORMAT TSV 1", "INSERT INTO {d:Identifier}.{t:Identifier} ", "TSV", "1")]
    [InlineData("-- VALUES\n/* FORMAT x */ # FORMAT y\nINSERT INTO t -- FORMAT z\nFORMAT TSV\n1", "-- VALUES\n/* FORMAT x */ # FORMAT y\nINSERT INTO t -- FORMAT z\n", "TSV", "1")]
    [InlineData("INSERT INTO t (a) SETTINGS s = $tag$ VALUES $tag$ VALUES 1", "INSERT INTO t (a) SETTINGS s = $tag$ VALUES $tag$ ", "Values", " 1")]
    [InlineData("INSERT INTO t (* EXCEPT(format)) VALUES (1)", "INSERT INTO t (* EXCEPT(format)) ", "Values", " (1)")]
    public void Data_begins_behind_values_or_the_format(string sql, string head, string format, string data)
    {
        var bytes = Encoding.UTF8.GetBytes(sql);
        var parts = Assert.NotNull(InsertText.Split(bytes));
        Assert.Equal(
            (head, format, data),
            (Encoding.UTF8.GetString(bytes[..parts.HeadEnd]), parts.Format, Encoding.UTF8.GetString(bytes[parts.DataStart..])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("SELECT 1 FORMAT CSV")]
    [InlineData("INSERT")]
    [InlineData("INSERT INTO")]
    [InlineData("INSERT INTO t")]
    [InlineData("INSERT INTO t SELECT 1 FORMAT CSV")]
    [InlineData("INSERT INTO t WITH 1 AS format SELECT format")]
    [InlineData("INSERT INTO t (SELECT 1 FORMAT CSV)")]
    [InlineData("INSERT INTO t FROM INFILE 'x' FORMAT CSV")]
    [InlineData("INSERT INTO t; VALUES 1")]
    [InlineData("INSERT INTO t (a, 'no end")]
    [InlineData("INSERT INTO t /* no end")]
    [InlineData("INSERT INTO t FORMAT 'x'")]
    [InlineData("EXPLAIN INSERT INTO t VALUES (1)")]
    public void Every_other_statement_has_no_data(string sql) => Assert.Null(InsertText.Split(Encoding.UTF8.GetBytes(sql)));

    [Fact]
    public void Data_may_be_any_bytes()
    {
        byte[] sql = [.. "INSERT INTO t FORMAT Native "u8, 0xFF, 0, (byte)'\'', (byte)'`', (byte)'/', (byte)'*'];
        Assert.Equal(sql.Length - 6, Assert.NotNull(InsertText.Split(sql)).DataStart);
    }

    [Theory]
    [InlineData("SELECT 1", "SELECT 1", null)]
    [InlineData("SELECT 1;", "SELECT 1", null)]
    [InlineData("SELECT 1 ; ; -- end", "SELECT 1 ", null)]
    [InlineData("SELECT 1 FORMAT JSON", "SELECT 1 ", "JSON")]
    [InlineData("SELECT 1 format JSON SETTINGS a = 1;", "SELECT 1  SETTINGS a = 1", "JSON")]
    [InlineData("SELECT 1 SETTINGS a = 'FORMAT x' FORMAT JSON ;", "SELECT 1 SETTINGS a = 'FORMAT x'  ", "JSON")]
    [InlineData("SELECT 'ä' FORMAT CSV", "SELECT 'ä' ", "CSV")]
    [InlineData("SELECT 1 AS format", "SELECT 1 AS format", null)]
    [InlineData("SELECT t.format FROM t", "SELECT t.format FROM t", null)]
    [InlineData("SELECT t.format x", "SELECT t.format x", null)]
    [InlineData("SELECT format('{}', a) FROM t", "SELECT format('{}', a) FROM t", null)]
    [InlineData("SELECT * FROM (SELECT 1 FORMAT JSON)", "SELECT * FROM (SELECT 1 FORMAT JSON)", null)]
    [InlineData("SELECT 1; SELECT 2", "SELECT 1; SELECT 2", null)]
    [InlineData("SELECT 1 -- FORMAT JSON", "SELECT 1 -- FORMAT JSON", null)]
    [InlineData("SELECT 1 FORMAT `JSON`", "SELECT 1 FORMAT `JSON`", null)]
    [InlineData("ALTER TABLE t ADD COLUMN format String;", "ALTER TABLE t ADD COLUMN format String", null)]
    [InlineData("INSERT INTO t SELECT 1 FORMAT Null", "INSERT INTO t SELECT 1 FORMAT Null", null)]
    [InlineData("(SELECT 1) FORMAT JSON", "(SELECT 1) ", "JSON")]
    [InlineData("SHOW TABLES FORMAT JSON", "SHOW TABLES ", "JSON")]
    [InlineData("", "", null)]
    public void A_format_and_semicolons_at_the_end_are_taken_off(string sql, string rest, string? format) =>
        Assert.Equal((rest, format), FormatClause.Split(sql));

    [Theory]
    [InlineData("SELECT 1", "SELECT")]
    [InlineData("-- x\n ((select 1))", "SELECT")]
    [InlineData("/* x */SET a = 1", "SET")]
    [InlineData("'SELECT'", "")]
    [InlineData("", "")]
    public void The_first_word_is_found(string sql, string word) => Assert.Equal(word, StatementWords.First(sql));

    [Theory]
    [InlineData("SELECT 1 INTO OUTFILE 'x'", true)]
    [InlineData("SELECT 1 into/**/outfile 'x'", true)]
    [InlineData("INSERT INTO t FROM INFILE 'x' FORMAT CSV", true)]
    [InlineData("SELECT 'INTO OUTFILE', outfile FROM infiles", false)]
    [InlineData("INSERT INTO outfile_log SELECT 1", false)]
    public void Files_of_the_command_line_are_found(string sql, bool isFound) => Assert.Equal(isFound, StatementWords.HasLocalFile(sql));
}
