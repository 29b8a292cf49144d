using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Rebuild;

namespace Analytics.Grains.Tables;

/// <summary>Starts and watches the mutation that moves a field's values from <c>_extra</c> to its column.</summary>
internal sealed class TablePromotion(IClickHouse clickHouse, TablePlace place)
{
    /// <summary>Starts it. Again is harmless: what has moved is no longer in <c>_extra</c>.</summary>
    /// <exception cref="ClickHouseException">The server refused it, or cannot now.</exception>
    public Task StartAsync(TableColumn column, CancellationToken cancellationToken) =>
        LazyTable.ExecuteAsync(clickHouse, place.QuotedRows, PromotionSql.Move(place.QuotedRows + place.OnCluster, column), cancellationToken);

    /// <summary>Where the newest one for this column stands; <see langword="null"/> when the server knows of none.</summary>
    /// <exception cref="ClickHouseException">The server cannot be asked now.</exception>
    public async Task<MutationProgress?> ReadAsync(TableColumn column, CancellationToken cancellationToken)
    {
        var rows = await clickHouse.ReadRowsAsync(
            "SELECT toString(sum(parts_to_do)), toString(min(is_done)), max(latest_fail_reason) FROM (" +
            $"SELECT parts_to_do, is_done, latest_fail_reason FROM {place.SystemTable("mutations")} WHERE {IsOf(column)} " +
            $"ORDER BY create_time DESC, mutation_id DESC LIMIT 1{(place.IsDistributed ? " BY _shard_num" : string.Empty)}) HAVING count() > 0",
            null, cancellationToken);
        return rows.Count == 0 ? null : new MutationProgress(Text.Int64(rows[0][0]!), rows[0][1] == "1", rows[0][2] is { Length: > 0 } reason ? reason : null);
    }

    /// <summary>Ends one that fails: it would be tried again for ever, and hold up every later one.</summary>
    /// <exception cref="ClickHouseException">The server cannot now.</exception>
    public Task StopAsync(TableColumn column, CancellationToken cancellationToken) =>
        clickHouse.ExecuteAsync($"KILL MUTATION{place.OnCluster} WHERE {IsOf(column)} AND NOT is_done SYNC", cancellationToken);

    private string IsOf(TableColumn column) =>
        $"database = {SqlText.Literal(place.RowsDatabase)} AND table = {SqlText.Literal(place.RowsTable)} AND {PromotionSql.IsOf(column)}";
}
