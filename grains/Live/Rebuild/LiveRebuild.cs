using System.Text;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Live.Rebuild;

/// <summary>Makes a metric's live state from its table: the same state that taking every row again would give.</summary>
internal sealed class LiveRebuild(IClickHouse clickHouse, TimeProvider time)
{
    // Columns whose values are counted in one statement: bounds its length and the memory of its GROUP BYs.
    private const int TextColumnsPerQuery = 32;

    /// <summary>Computes the state of a table. No insert into it may be under way.</summary>
    /// <param name="table">The quoted table name.</param>
    /// <param name="columns">Its field columns, in the plan's order.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<LiveMetric> FromTableAsync(string table, IReadOnlyList<TableColumn> columns, CancellationToken cancellationToken)
    {
        var live = new LiveMetric();
        var counts = await ReadTextCountsAsync(table, columns, cancellationToken);
        var totals = (await clickHouse.ReadRowsAsync(TotalsSql(table), null, cancellationToken))[0];
        var total = Text.Int64(totals[0]!);
        var extra = await clickHouse.ReadRowsAsync(
            $"SELECT toString(name), toString(count()) FROM {table} ARRAY JOIN mapKeys({FixedColumns.Extra}) AS name GROUP BY name",
            null, cancellationToken);
        var fields = await ReadFieldsAsync(table, columns, counts, cancellationToken);
        live.Restore(
            total,
            total == 0 ? null : Text.Int64(totals[1]!),
            total == 0 ? null : Text.Int64(totals[2]!),
            fields,
            extra.Select(row => KeyValuePair.Create(row[0]!, Text.Int64(row[1]!))));
        await ReadRatesAsync(live, table, cancellationToken);
        return live;
    }

    private static string TotalsSql(string table) =>
        $"SELECT toString(count()), toString(toUnixTimestamp64Milli(min({FixedColumns.Time}))), toString(toUnixTimestamp64Milli(max({FixedColumns.Time}))) FROM {table}";

    private async Task<List<LiveField>> ReadFieldsAsync(
        string table, IReadOnlyList<TableColumn> columns, Dictionary<int, List<(byte[] Value, long Count)>> counts, CancellationToken cancellationToken)
    {
        var fields = new List<LiveField>(columns.Count);
        while (fields.Count < columns.Count)
        {
            var (sql, end) = AggregatesSql(table, columns, fields.Count);
            var values = (await clickHouse.ReadRowsAsync(sql, null, cancellationToken))[0];
            var at = 0;
            for (var i = fields.Count; i < end; i++)
            {
                var width = FieldSql.WidthOf(columns[i].Type);
                fields.Add(FieldSql.Restore(columns[i].Type, values.AsSpan(at, width), counts.GetValueOrDefault(i, [])));
                at += width;
            }
        }

        return fields;
    }

    /// <summary>The aggregates of as many columns from <paramref name="start"/> on as one statement takes, one at least.</summary>
    private static (string Sql, int End) AggregatesSql(string table, IReadOnlyList<TableColumn> columns, int start)
    {
        var sql = new StringBuilder("SELECT ");
        var end = start;
        for (; end < columns.Count && (end == start || sql.Length < SqlText.StatementCharsMax); end++)
        {
            foreach (var aggregate in FieldSql.Aggregates(SqlText.Identifier(columns[end].Name), columns[end].Type))
            {
                sql.Append(sql[^1] == ')' ? ", " : string.Empty).Append("toString(").Append(aggregate).Append(')');
            }
        }

        return (sql.Append(" FROM ").Append(table).ToString(), end);
    }

    private async Task<Dictionary<int, List<(byte[] Value, long Count)>>> ReadTextCountsAsync(
        string table, IReadOnlyList<TableColumn> columns, CancellationToken cancellationToken)
    {
        // A GROUP BY that meets more values than are kept may stop early: the counts are given up then.
        const int Limit = LiveText.ValuesMax + 1;
        var counts = new Dictionary<int, List<(byte[], long)>>();
        var selects = new List<string>();
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Type is ColumnType.Bool or ColumnType.String or ColumnType.LowCardinalityString)
            {
                var name = SqlText.Identifier(columns[i].Name);
                selects.Add($"(SELECT '{i}', base64Encode(toString(assumeNotNull({name}))), toString(count()) FROM {table} " +
                    $"WHERE isNotNull({name}) GROUP BY {name} LIMIT {Limit})");
            }
        }

        foreach (var some in selects.Chunk(TextColumnsPerQuery))
        {
            var sql = string.Join(" UNION ALL ", some) + $" SETTINGS max_rows_to_group_by = {Limit}, group_by_overflow_mode = 'any'";
            foreach (var row in await clickHouse.ReadRowsAsync(sql, null, cancellationToken))
            {
                var index = Text.Int32(row[0]!);
                if (!counts.TryGetValue(index, out var list))
                {
                    counts.Add(index, list = []);
                }

                list.Add((Convert.FromBase64String(row[1]!), Text.Int64(row[2]!)));
            }
        }

        return counts;
    }

    private async Task ReadRatesAsync(LiveMetric live, string table, CancellationToken cancellationToken)
    {
        var sinceMs = time.GetUtcNow().ToUnixTimeMilliseconds() - (LiveMetric.RateMinutes * 60_000L);
        var rows = await clickHouse.ReadRowsAsync(
            $"SELECT toString(intDiv(toUnixTimestamp64Milli({FixedColumns.Received}), 1000) AS second), toString(count()) FROM {table} " +
            $"WHERE {FixedColumns.Received} >= fromUnixTimestamp64Milli({sinceMs}, 'UTC') GROUP BY second",
            null, cancellationToken);
        foreach (var row in rows)
        {
            var receivedMs = Text.Int64(row[0]!) * 1000;
            var count = Text.Int64(row[1]!);
            live.Seconds.Add(receivedMs, count);
            live.Minutes.Add(receivedMs, count);
        }
    }
}
