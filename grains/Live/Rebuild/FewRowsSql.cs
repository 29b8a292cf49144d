using System.Text;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Live.Rebuild;

/// <summary>
/// All that a live state takes from some rows, in one query. What a query costs before it reads anything is most of the time that an activation of a small
/// metric takes, and after a start there are thousands. With many rows the counts per value would take too much memory: then each has a query of its own.
/// </summary>
internal static class FewRowsSql
{
    /// <summary>Rows at most.</summary>
    public const int RowsMax = 10_000;

    /// <summary>The query: the aggregates of each column (<see cref="FieldSql"/>), then counts per value for each text column that keeps them, then counts of
    /// values in <c>_extra</c> by field, then rows by the second they were received in. <see langword="null"/> when it would be longer than a statement should be.</summary>
    /// <param name="table">The quoted table name.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="live">Their states.</param>
    /// <param name="scope">The rows.</param>
    /// <param name="ratesSinceMs">Since when rows are counted by second, UTC milliseconds since 1970.</param>
    public static string? Of(string table, IReadOnlyList<TableColumn> columns, LiveMetric live, RowScope scope, long ratesSinceMs)
    {
        var sql = new StringBuilder("SELECT ");
        for (var i = 0; i < columns.Count; i++)
        {
            var name = SqlText.Identifier(columns[i].Name);
            foreach (var aggregate in FieldSql.Aggregates(name, columns[i].Type))
            {
                sql.Append("toString(").Append(aggregate).Append("), ");
            }

            if (CountsValues(live.Fields[i]))
            {
                sql.Append(Counts($"sumMapIf([CAST(assumeNotNull({name}), 'String')], [toUInt64(1)], isNotNull({name}))")).Append(", ");
            }

            if (sql.Length > SqlText.StatementCharsMax)
            {
                return null;
            }
        }

        return sql.Append(Counts($"sumMap(mapKeys({FixedColumns.Extra}), arrayMap(name -> toUInt64(1), mapKeys({FixedColumns.Extra})))")).Append(", ")
            .Append(Counts(
                $"sumMapIf([toString(intDiv(toUnixTimestamp64Milli({FixedColumns.Received}), 1000))], [toUInt64(1)], " +
                $"{FixedColumns.Received} >= fromUnixTimestamp64Milli({ratesSinceMs}, 'UTC'))"))
            .Append(" FROM ").Append(table).Append(" WHERE ").Append(scope.Condition).ToString();
    }

    /// <summary>Adds the answer to a live state, but for what <see cref="LiveMetric.Merge"/> takes.</summary>
    /// <returns>Counts of values in <c>_extra</c>, by field.</returns>
    public static IReadOnlyList<KeyValuePair<string, long>> Merge(string?[] answer, LiveMetric live)
    {
        var at = 0;
        foreach (var field in live.Fields)
        {
            var width = FieldSql.WidthOf(field.Type);
            var values = answer.AsSpan(at, width);
            at += width;
            FieldSql.Merge(field, values, CountsValues(field) ? ParseCounts(answer[at++]!) : []);
        }

        foreach (var (second, count) in ParseCounts(answer[at + 1]!))
        {
            var receivedMs = Text.Int64(Encoding.UTF8.GetString(second)) * 1000;
            live.Seconds.Add(receivedMs, count);
            live.Minutes.Add(receivedMs, count);
        }

        return [.. ParseCounts(answer[at]!).Select(static pair => KeyValuePair.Create(Encoding.UTF8.GetString(pair.Value), pair.Count))];
    }

    private static bool CountsValues(LiveField field) => field is LiveText { HasCounts: true };

    // A map of counts as "key:count,key:count", keys in Base64: no key can look like anything else.
    // (The map stands there twice; the engine computes it once.)
    private static string Counts(string map) =>
        $"arrayStringConcat(arrayMap((key, n) -> concat(base64Encode(key), ':', toString(n)), tupleElement({map}, 1), tupleElement({map}, 2)), ',')";

    private static List<(byte[] Value, long Count)> ParseCounts(string text)
    {
        var counts = new List<(byte[], long)>();
        foreach (var pair in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            counts.Add((Convert.FromBase64String(pair[..colon]), Text.Int64(pair[(colon + 1)..])));
        }

        return counts;
    }
}
