using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Rebuild;

namespace Analytics.Grains.Tables;

/// <summary>Starts and watches the mutation that moves a field's values from <c>_extra</c> to its column.</summary>
internal sealed class TablePromotion(IClickHouse clickHouse, string database, string table)
{
    private readonly string _quotedName = SqlText.Table(database, table);

    /// <summary>Starts it. Again is harmless: what has moved is no longer in <c>_extra</c>.</summary>
    /// <exception cref="ClickHouseException">The server refused it, or cannot now.</exception>
    public Task StartAsync(TableColumn column, CancellationToken cancellationToken) =>
        LazyTable.ExecuteAsync(clickHouse, _quotedName, PromotionSql.Move(_quotedName, column), cancellationToken);

    /// <summary>Where the newest one for this column stands; <see langword="null"/> when the server knows of none.</summary>
    /// <exception cref="ClickHouseException">The server cannot be asked now.</exception>
    public async Task<MutationProgress?> ReadAsync(TableColumn column, CancellationToken cancellationToken)
    {
        var rows = await clickHouse.ReadRowsAsync(
            "SELECT mutation_id, toString(parts_to_do), toString(is_done), latest_fail_reason FROM system.mutations " +
            $"WHERE database = {SqlText.Literal(database)} AND table = {SqlText.Literal(table)} AND {PromotionSql.IsOf(column)} " +
            "ORDER BY create_time DESC, mutation_id DESC LIMIT 1",
            null, cancellationToken);
        return rows.Count == 0 ? null : new MutationProgress(rows[0][0]!, Text.Int64(rows[0][1]!), rows[0][2] == "1", rows[0][3] is { Length: > 0 } reason ? reason : null);
    }

    /// <summary>Ends one that fails: it would be tried again for ever, and hold up every later one.</summary>
    /// <exception cref="ClickHouseException">The server cannot now.</exception>
    public Task StopAsync(string mutationId, CancellationToken cancellationToken) => clickHouse.ExecuteAsync(
        $"KILL MUTATION WHERE database = {SqlText.Literal(database)} AND table = {SqlText.Literal(table)} AND mutation_id = {SqlText.Literal(mutationId)} SYNC",
        cancellationToken);
}
