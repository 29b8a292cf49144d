using Analytics.Grains.ClickHouse;

namespace Analytics.Grains.Tables;

/// <summary>
/// Statements that a table which a start has not loaded yet refuses, though it has been read since: what stands for it (<c>lazy_load_tables</c>) knows neither
/// mutations nor TTLs. Detached and attached it is the table itself.
/// </summary>
internal static class LazyTable
{
    private const int AttachesMax = 3;

    private const string Refusal = "ngine MergeTree doesn't support ";

    /// <summary>Runs a statement on a table; only between two inserts of the table's actor. Somebody's query may miss the table for a moment.</summary>
    /// <exception cref="ClickHouseException">The statement was refused.</exception>
    public static async Task ExecuteAsync(IClickHouse clickHouse, string quotedName, string sql, CancellationToken cancellationToken)
    {
        try
        {
            await clickHouse.ExecuteAsync(sql, cancellationToken);
        }
        catch (ClickHouseException e) when (e.Message.Contains(Refusal, StringComparison.Ordinal))
        {
            await LoadAsync(clickHouse, quotedName, cancellationToken);
            await clickHouse.ExecuteAsync(sql, cancellationToken);
        }
    }

    private static async Task LoadAsync(IClickHouse clickHouse, string quotedName, CancellationToken cancellationToken)
    {
        await clickHouse.ExecuteAsync($"DETACH TABLE {quotedName} SYNC", cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // Not given up half way: without it there would be no table until the next start.
                await clickHouse.ExecuteAsync($"ATTACH TABLE {quotedName}", CancellationToken.None);
                return;
            }
            catch (ClickHouseException) when (attempt < AttachesMax)
            {
                // Once more.
            }
        }
    }
}
