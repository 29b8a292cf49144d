// Goal: on every ClickHouse a query answers whole or fails, errors carry code and words, parameters are values, several callers work at once.
using System.Text;
using Analytics.Grains.ClickHouse;
using Xunit;

namespace Analytics.Tests.ClickHouse;

public abstract class StatementContract : ClickHouseContract
{
    [Theory]
    [InlineData("JSONEachRow", "{\"a\":1,\"b\":\"x\"}\n")]
    [InlineData("JSONCompactEachRow", "[1, \"x\"]\n")]
    [InlineData("CSVWithNames", "\"a\",\"b\"\n1,\"x\"\n")]
    [InlineData("RowBinary", "\u0001\u0001x")]
    public async Task A_query_answers_in_the_asked_format(string format, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(await (await OpenAsync()).QueryAsync("SELECT toUInt8(1) AS a, 'x' AS b", format)));

    [Fact]
    public async Task A_query_without_rows_answers_nothing() => Assert.Empty(await (await OpenAsync()).QueryAsync("SELECT 1 WHERE 0", "TSV"));

    [Theory]
    [InlineData("SELEC 1", 62)]
    [InlineData("SELECT * FROM nowhere.nothing", 81)]
    [InlineData("SELECT no_such_column FROM system.one", 47)]
    [InlineData("SELECT throwIf(1)", 395)]
    public async Task An_error_carries_code_and_words_and_ends_with_its_name(string sql, int code)
    {
        var e = await Assert.ThrowsAsync<ClickHouseException>(async () => await (await OpenAsync()).QueryAsync(sql, "TSV"));
        Assert.Equal((code, false), (e.Code, e.IsOutcomeUnknown));
        Assert.DoesNotContain("Code:", e.Message, StringComparison.Ordinal);
        Assert.Matches(@"\([A-Z_]+\)( \(version [^()]*\))?\s*$", e.Message);
    }

    [Fact]
    public async Task An_error_behind_the_first_rows_is_an_error()
    {
        var clickHouse = await OpenAsync();
        for (var i = 0; i < 3; i++)
        {
            var e = await Assert.ThrowsAsync<ClickHouseException>(
                () => clickHouse.QueryAsync("SELECT number, throwIf(number = 500000) FROM numbers(1000000) SETTINGS max_block_size = 1000", "TSV"));
            Assert.Equal(395, e.Code);
            Assert.Equal("1", await TextAsync("SELECT 1"));
        }
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("it's \"quoted\" `here`")]
    [InlineData("back\\slash \\n \\x41 \\N")]
    [InlineData("tab\tline\nreturn\rzero\0bell\b\f")]
    [InlineData("a&b=c?d#e%20+f/g")]
    [InlineData("ключ 中文 🎈")]
    [InlineData("'; DROP TABLE x; --")]
    public async Task A_parameter_is_a_value_whatever_it_contains(string value)
    {
        var answer = await (await OpenAsync()).QueryAsync(
            "SELECT {value:String}", "RowBinary", new Dictionary<string, string> { ["value"] = SqlText.Parameter(value) });
        Assert.Equal(value, Encoding.UTF8.GetString(answer.AsSpan(1)));
    }

    [Fact]
    public async Task A_parameter_that_is_not_given_is_missed_whatever_was_given_before()
    {
        Assert.Equal("7", await TextAsync("SELECT {n:UInt8}", new Dictionary<string, string> { ["n"] = "7" }));
        var e = await Assert.ThrowsAsync<ClickHouseException>(() => TextAsync("SELECT {n:UInt8}"));
        Assert.Equal(456, e.Code);
    }

    [Fact]
    public async Task Many_callers_at_once_each_get_their_own_answer()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => TextAsync($"SELECT sum(number) + {i} FROM numbers(10)")));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i + 45}"), answers);
    }

    [Fact]
    public async Task A_large_answer_arrives_whole()
    {
        var answer = await (await OpenAsync()).QueryAsync("SELECT repeat('x', 1000000) FROM numbers(20)", "RowBinary");
        Assert.Equal(20 * (1_000_000 + 3), answer.Length);
    }

    [Fact]
    public async Task A_statement_that_was_given_up_before_it_began_never_runs()
    {
        var database = await NewDatabaseAsync();
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await (await OpenAsync()).ExecuteAsync($"CREATE TABLE {database}.t (a Int8) ENGINE = Memory", cancellation.Token));
        Assert.Equal("0", await TextAsync($"EXISTS TABLE {database}.t"));
    }

    [Fact]
    public async Task Small_inserts_and_changes_are_statements()
    {
        var database = await NewDatabaseAsync();
        var clickHouse = await OpenAsync();
        await clickHouse.ExecuteAsync($"CREATE TABLE {database}.t (a Int8, s String) ENGINE = MergeTree ORDER BY s");
        await clickHouse.ExecuteAsync($"INSERT INTO {database}.t SETTINGS async_insert = 0 VALUES (1, 'it\\'s'), (2, ';')");
        await clickHouse.ExecuteAsync($"ALTER TABLE {database}.t MODIFY COLUMN a Int64 SETTINGS alter_sync = 2, mutations_sync = 2");
        Assert.Equal("1\tit's\n2\t;", await TextAsync($"SELECT * FROM {database}.t ORDER BY a"));
        var e = await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.ExecuteAsync($"CREATE TABLE {database}.t (a Int8) ENGINE = Memory"));
        Assert.Equal((57, false), (e.Code, e.IsOutcomeUnknown));
    }
}
