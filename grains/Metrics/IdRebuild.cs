using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Metrics;

/// <summary>Fills an id window from the table: the newest ids, in the order they came.</summary>
internal static class IdRebuild
{
    /// <summary>Reads at most <paramref name="idsMax"/> ids.</summary>
    public static async Task FillAsync(IClickHouse clickHouse, string table, int idsMax, IdWindow ids, CancellationToken cancellationToken)
    {
        var rows = await clickHouse.ReadRowsAsync(
            $"SELECT base64Encode({FixedColumns.Id}) FROM {table} WHERE notEmpty({FixedColumns.Id}) " +
            $"ORDER BY {FixedColumns.Received} DESC, {FixedColumns.Offset} DESC, {FixedColumns.Sequence} DESC LIMIT {idsMax}",
            null, cancellationToken);
        for (var i = rows.Count - 1; i >= 0; i--)
        {
            ids.TryAdd(Convert.FromBase64String(rows[i][0]!));
        }
    }
}
