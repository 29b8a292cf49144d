// Goal: the treasury's demo on a real server with a real PostgreSQL leaves every closed position once in both, ClickHouse's rollup and PostgreSQL's table, and each is what its transactions add up to.
using System.Globalization;
using Analytics.Tests.Integration;
using Analytics.Tests.Postgres;
using Npgsql;
using Xunit;

namespace Analytics.Tests.Cli;

public sealed class TreasurySinkTests(PostgresFixture postgres)
{
    private static readonly TimeSpan ClosedMax = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Every_position_is_in_both_tables_once_and_is_what_was_sent()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var silo = await RunningSilo.StartNewAsync("--Analytics:Metrics:GraceSeconds=1", $"--Analytics:Postgres:ConnectionString={database}");
        var run = await CliRun.RunAsync(silo.Http.BaseAddress!, ["demo", "treasury", "--seconds", "4", "--rate", "200", "--postgres", "--json"]);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var expected = await RowsAsync(
            silo, "SELECT toString(toUnixTimestamp(toStartOfInterval(_time, INTERVAL 2 SECOND)) + 2) AS t, branch, currency, sum(amount) AS s FROM bank.transaction GROUP BY ALL ORDER BY ALL");
        Assert.True(expected.Length >= 40);
        var last = Array.Empty<string>();
        await Eventually.IsTrueAsync(
            async () => (last = await FlowAsync(database)).SequenceEqual(expected), ClosedMax, () => $"{string.Join('\n', last)}\nand not\n{string.Join('\n', expected)}");
        await Eventually.IsTrueAsync(
            async () => (last = await RollupAsync(silo)).SequenceEqual(expected), ClosedMax, () => $"{string.Join('\n', last)}\nand not\n{string.Join('\n', expected)}");
    }

    private static async Task<string[]> FlowAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var exists = new NpgsqlCommand("SELECT to_regclass('transaction_flow') IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync() is not true)
        {
            return [];
        }

        await using var command = new NpgsqlCommand(
            "SELECT extract(epoch FROM curr_time)::bigint::text, branch_name, currency_code, batch_value FROM transaction_flow ORDER BY curr_time, branch_name COLLATE \"C\", currency_code COLLATE \"C\"", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(Row(reader.GetString(0), reader.GetString(1), reader.GetString(2), Convert.ToDouble(reader.GetValue(3), CultureInfo.InvariantCulture)));
        }

        return [.. rows];
    }

    private static async Task<string[]> RollupAsync(RunningSilo silo) => (await silo.QueryAsync("SELECT name FROM system.tables WHERE database = 'bank~views'")).Length == 0
        ? []
        : await RowsAsync(
            silo, "SELECT toString(toUnixTimestamp(window_end)) AS t, branch, currency, `sum(amount)` AS s FROM `bank~views`.`transaction.position` ORDER BY window_end, branch, currency");

    private static async Task<string[]> RowsAsync(RunningSilo silo, string sql) =>
        [.. (await silo.QueryAsync(sql)).Select(row => Row(row.GetProperty("t").GetString()!, row.GetProperty("branch").GetString()!, row.GetProperty("currency").GetString()!, row.GetProperty("s").GetDouble()))];

    private static string Row(string second, string branch, string currency, double amount) =>
        string.Create(CultureInfo.InvariantCulture, $"{second} {branch} {currency} {Math.Round(amount, 2)}");
}
