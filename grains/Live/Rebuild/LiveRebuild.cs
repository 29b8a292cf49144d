using System.Text;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Snapshot;
using Analytics.Grains.Live.Windows;

namespace Analytics.Grains.Live.Rebuild;

/// <summary>Makes a metric's live state from its table: the same state that taking every row again would give.</summary>
internal sealed class LiveRebuild(IClickHouse clickHouse, TimeProvider time)
{
    /// <summary>Rows up to which they are read as they are; more are counted by the engine.</summary>
    public int FewRowsMax { get; init; } = FewRows.RowsMax;

    /// <summary>See <see cref="EventClock.GraceMs"/>.</summary>
    public long GraceMs { get; init; } = EventClock.UsualGraceMs;

    /// <summary>Computes the state of a whole table. No insert into it may be under way.</summary>
    /// <param name="table">The quoted table name.</param>
    /// <param name="columns">Its field columns, in the plan's order.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<RestoredLive> FromTableAsync(string table, IReadOnlyList<TableColumn> columns, CancellationToken cancellationToken)
    {
        var live = new LiveMetric(columns.Select(column => LiveField.Create(column.Type)), new EventClock(time, GraceMs));
        var rows = await ReadRowsAsync(table, RowScope.All, cancellationToken);
        await AddAsync(live, rows, table, columns, RowScope.All, cancellationToken);
        return new RestoredLive(live, rows.InsertedSeconds);
    }

    /// <summary>Computes the same state from a snapshot and the rows that came after it.</summary>
    /// <param name="snapshot">The snapshot, fitted to the table's columns; its live state becomes the result's.</param>
    /// <param name="table">The quoted table name.</param>
    /// <param name="cancellationToken">Gives up; the snapshot is no longer to be used then.</param>
    /// <returns><see langword="null"/> when the table does not have as many rows as the snapshot and what followed: somebody else changed it.</returns>
    public async Task<RestoredLive?> FromSnapshotAsync(FittedSnapshot snapshot, string table, CancellationToken cancellationToken)
    {
        var scope = RowScope.After(snapshot);
        var rows = await ReadRowsAsync(table, scope, cancellationToken);
        if (snapshot.Live.Total + rows.Count != rows.InTable)
        {
            return null;
        }

        await AddAsync(snapshot.Live, rows, table, snapshot.Columns, scope, cancellationToken);
        return new RestoredLive(snapshot.Live, rows.InsertedSeconds);
    }

    private long RatesSinceMs => time.GetUtcNow().ToUnixTimeMilliseconds() - (LiveMetric.RateSeconds * 1000L);

    private async Task AddAsync(
        LiveMetric live, TableRows rows, string table, IReadOnlyList<TableColumn> columns, RowScope scope, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return;
        }

        if (rows.Count <= FewRowsMax && FewRows.Sql(table, columns, scope) is { } sql)
        {
            var answer = await clickHouse.QueryAsync(sql, RowBinaryReader.Format, null, cancellationToken);
            live.Merge(rows.Count, rows.FirstMs, rows.LastMs, rows.Ends, FewRows.Add(answer, live, RatesSinceMs));
            return;
        }

        await new TallyRebuild(clickHouse, table, columns, scope).AddAsync(live, rows.Count, cancellationToken);
        var extra = await clickHouse.ReadRowsAsync(
            $"SELECT toString(name), toString(count()) FROM {table} ARRAY JOIN mapKeys({FixedColumns.Extra}) AS name WHERE {scope.Condition} GROUP BY name",
            null, cancellationToken);
        await AddFieldsAsync(live, table, columns, scope, cancellationToken);
        live.Merge(rows.Count, rows.FirstMs, rows.LastMs, rows.Ends, extra.Select(row => KeyValuePair.Create(row[0]!, Text.Int64(row[1]!))));
        await AddRatesAsync(live, table, scope, cancellationToken);
        await new WindowRebuild(clickHouse, table, scope).AddAsync(live.Windows, cancellationToken);
    }

    // The count of the whole table and its highest _inserted cost nothing: ClickHouse keeps both for each part.
    private async Task<TableRows> ReadRowsAsync(string table, RowScope scope, CancellationToken cancellationToken)
    {
        var answer = await clickHouse.ReadRowsAsync(
            $"SELECT toString({FixedColumns.Partition}), toString(count()), toString(toUnixTimestamp64Milli(min({FixedColumns.Time}))), " +
            $"toString(toUnixTimestamp64Milli(max({FixedColumns.Time}))), toString(max({FixedColumns.Offset})), " +
            $"toString(toUnixTimestamp64Milli(max({FixedColumns.Received}))), '' " +
            $"FROM {table} WHERE {scope.Condition} GROUP BY {FixedColumns.Partition} " +
            $"UNION ALL SELECT '', toString(count()), '', '', '', '', toString(toUnixTimestamp(max({FixedColumns.Inserted}))) FROM {table}",
            null, cancellationToken);
        var (inTable, count, firstMs, lastMs, insertedSeconds) = (0L, 0L, long.MaxValue, long.MinValue, 0L);
        var ends = new Dictionary<int, PartitionEnd>();
        foreach (var row in answer)
        {
            var rowCount = Text.Int64(row[1]!);
            if (row[0]!.Length == 0)
            {
                (inTable, insertedSeconds) = (rowCount, Text.Int64(row[6]!));
                continue;
            }

            count += rowCount;
            firstMs = Math.Min(firstMs, Text.Int64(row[2]!));
            lastMs = Math.Max(lastMs, Text.Int64(row[3]!));
            ends.Add(Text.Int32(row[0]!), new PartitionEnd(Text.Int64(row[4]!), Text.Int64(row[5]!)));
        }

        return new TableRows(inTable, count, firstMs, lastMs, ends, insertedSeconds);
    }

    private async Task AddFieldsAsync(
        LiveMetric live, string table, IReadOnlyList<TableColumn> columns, RowScope scope, CancellationToken cancellationToken)
    {
        for (var start = 0; start < columns.Count;)
        {
            var (sql, end) = AggregatesSql(table, columns, start, scope);
            var values = (await clickHouse.ReadRowsAsync(sql, null, cancellationToken))[0];
            var at = 0;
            for (; start < end; start++)
            {
                var width = FieldSql.WidthOf(columns[start].Type);
                FieldSql.Merge(live.Fields[start], values.AsSpan(at, width));
                at += width;
            }
        }
    }

    /// <summary>The aggregates of as many columns from <paramref name="start"/> on as one statement takes, one at least.</summary>
    private static (string Sql, int End) AggregatesSql(string table, IReadOnlyList<TableColumn> columns, int start, RowScope scope)
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

        return (sql.Append(" FROM ").Append(table).Append(" WHERE ").Append(scope.Condition).ToString(), end);
    }

    private async Task AddRatesAsync(LiveMetric live, string table, RowScope scope, CancellationToken cancellationToken)
    {
        var rows = await clickHouse.ReadRowsAsync(
            $"SELECT toString(intDiv(toUnixTimestamp64Milli({FixedColumns.Received}), 1000) AS second), toString(count()) FROM {table} " +
            $"WHERE {scope.Condition} AND {FixedColumns.Received} >= fromUnixTimestamp64Milli({RatesSinceMs}, 'UTC') GROUP BY second",
            null, cancellationToken);
        foreach (var row in rows)
        {
            var receivedMs = Text.Int64(row[0]!) * 1000;
            var count = Text.Int64(row[1]!);
            live.Seconds.Add(receivedMs, count);
        }
    }
}
