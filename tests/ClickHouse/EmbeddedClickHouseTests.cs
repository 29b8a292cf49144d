// Goal: the embedded engine answers, fails and waits as IClickHouse promises: errors carry the engine's code, parameters are values,
// results are bytes, several callers work at once, cancelling ends the wait.
using System.Text;
using Analytics.Grains.ClickHouse;
using Xunit;

namespace Analytics.Tests.ClickHouse;

public sealed class EmbeddedClickHouseTests(EngineFixture engine)
{
    [Fact]
    public async Task A_query_answers_in_the_asked_format()
    {
        var clickHouse = await engine.OpenAsync();
        var answer = await clickHouse.QueryAsync("SELECT 1 AS a, 'x' AS b", "JSONEachRow");
        Assert.Equal("{\"a\":1,\"b\":\"x\"}\n", Encoding.UTF8.GetString(answer));
    }

    [Fact]
    public async Task A_query_without_rows_answers_nothing()
    {
        var clickHouse = await engine.OpenAsync();
        Assert.Empty(await clickHouse.QueryAsync("SELECT 1 WHERE 0", "TSV"));
    }

    [Theory]
    [InlineData("SELEC 1", 62)]
    [InlineData("SELECT * FROM nowhere.nothing", 81)]
    [InlineData("SELECT no_such_column FROM system.one", 47)]
    [InlineData("SELECT throwIf(1)", 395)]
    public async Task An_error_carries_the_engines_code_and_words(string sql, int code)
    {
        var clickHouse = await engine.OpenAsync();
        var exception = await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.QueryAsync(sql, "TSV"));
        Assert.Equal(code, exception.Code);
        Assert.False(exception.IsOutcomeUnknown);
        Assert.False(exception.Message.StartsWith("Code:", StringComparison.Ordinal), exception.Message);
        Assert.NotEmpty(exception.Message);
    }

    [Fact]
    public async Task After_an_error_the_connections_work_on()
    {
        var clickHouse = await engine.OpenAsync();
        for (var i = 0; i < 20; i++)
        {
            await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.ExecuteAsync("SELECT throwIf(1)"));
            Assert.Equal("1\n", Encoding.UTF8.GetString(await clickHouse.QueryAsync("SELECT 1", "TSV")));
        }
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("it's \"quoted\" `here`")]
    [InlineData("back\\slash \\n \\x41 \\N")]
    [InlineData("tab\tline\nreturn\rzero\0bell\b\f")]
    [InlineData("ключ 中文 🎈")]
    [InlineData("'; DROP TABLE x; --")]
    public async Task A_parameter_is_a_value_whatever_it_contains(string value)
    {
        var clickHouse = await engine.OpenAsync();
        var answer = await clickHouse.QueryAsync(
            "SELECT {value:String}", "RowBinary", new Dictionary<string, string> { ["value"] = SqlText.Parameter(value) });
        Assert.Equal(value, Encoding.UTF8.GetString(answer.AsSpan(1)));
    }

    [Fact]
    public async Task Parameters_of_one_query_do_not_reach_the_next()
    {
        var clickHouse = await engine.OpenAsync();
        Assert.Equal("7", await engine.QueryTextAsync("SELECT {n:UInt8}", new Dictionary<string, string> { ["n"] = "7" }));
        for (var i = 0; i < EngineFixture.Options.Connections * 2; i++)
        {
            var exception = await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.QueryAsync("SELECT {n:UInt8}", "TSV"));
            Assert.Equal(456, exception.Code);
        }
    }

    [Fact]
    public async Task Many_callers_at_once_each_get_their_own_answer()
    {
        var clickHouse = await engine.OpenAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
            Encoding.UTF8.GetString(await clickHouse.QueryAsync($"SELECT sum(number) + {i} FROM numbers(10)", "TSV"))));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i + 45}\n"), answers);
    }

    [Fact]
    public async Task A_cancelled_query_ends_the_wait_and_not_the_engine()
    {
        var clickHouse = await engine.OpenAsync();
        using var cancellation = new CancellationTokenSource();
        var query = clickHouse.QueryAsync("SELECT sleep(1)", "TSV", null, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
        Assert.Equal("1", await engine.QueryTextAsync("SELECT 1"));
    }

    [Fact]
    public async Task A_query_cancelled_before_it_began_never_runs()
    {
        var clickHouse = await engine.OpenAsync();
        var database = await engine.NewDatabaseAsync();
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            clickHouse.ExecuteAsync($"CREATE TABLE {database}.t (a Int8) ENGINE = Memory", cancellation.Token));
        Assert.Equal("0", await engine.QueryTextAsync($"EXISTS TABLE {database}.t"));
    }

    [Fact]
    public async Task A_large_answer_arrives_whole()
    {
        var clickHouse = await engine.OpenAsync();
        var answer = await clickHouse.QueryAsync("SELECT repeat('x', 1000000) FROM numbers(50)", "RowBinary");
        Assert.Equal(50 * (1_000_000 + 3), answer.Length);
    }

    [Fact]
    public async Task Garbage_collections_go_on_while_the_engine_looks_at_its_threads()
    {
        // system.stack_trace signals every thread of the process; .NET stops threads by a signal too.
        var clickHouse = await engine.OpenAsync();
        for (var i = 0; i < 3; i++)
        {
            var query = clickHouse.QueryAsync("SELECT count() FROM system.stack_trace", "TSV");
            while (!query.IsCompleted)
            {
                GC.Collect(1);
            }

            Assert.NotEmpty(await query);
        }
    }
}
