using System.Text;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Sketches;

namespace Analytics.Grains.Live.Rebuild;

/// <summary>
/// Takes some rows of a table into a live state as they are, in one plain query. What a query costs before it reads anything is most of the time that an activation of a small metric
/// takes, the more the longer it is, and after a start there are thousands. Many rows are counted by the engine instead, which sends a few numbers for them.
/// </summary>
internal static class FewRows
{
    /// <summary>Rows at most: half a megabyte of answer.</summary>
    public const int RowsMax = 2_000;

    /// <summary>The query; <see langword="null"/> when it would be longer than a statement should be.</summary>
    /// <param name="table">The quoted table name.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="scope">The rows.</param>
    public static string? Sql(string table, IReadOnlyList<TableColumn> columns, RowScope scope)
    {
        var sql = new StringBuilder(
            $"SELECT {FixedColumns.Partition}, {FixedColumns.Offset}, {FixedColumns.Sequence}, {FixedColumns.TimeMsSql}, {FixedColumns.ReceivedMsSql}, mapKeys({FixedColumns.Extra})");
        foreach (var column in columns)
        {
            sql.Append(", ").Append(Expression(SqlText.Identifier(column.Name), column.Type));
        }

        sql.Append(" FROM ").Append(table).Append(" WHERE ").Append(scope.Condition);
        return sql.Length > SqlText.StatementCharsMax ? null : sql.ToString();
    }

    /// <summary>Adds the answer to a live state, but for what <see cref="LiveMetric.Merge"/> takes.</summary>
    /// <param name="answer">In <see cref="RowBinaryReader.Format"/>.</param>
    /// <param name="live">Gets the rows.</param>
    /// <param name="ratesSinceMs">Since when rows are counted by second, UTC milliseconds since 1970.</param>
    /// <returns>Counts of values in <c>_extra</c>, by field.</returns>
    public static IReadOnlyDictionary<string, long> Add(ReadOnlyMemory<byte> answer, LiveMetric live, long ratesSinceMs)
    {
        var extra = new Dictionary<string, long>(StringComparer.Ordinal);
        var reader = new RowBinaryReader(answer);
        while (!reader.IsAtEnd)
        {
            var rank = RowRanks.Of((int)reader.ReadUInt32(), reader.ReadInt64(), (int)reader.ReadUInt32());
            var timeMs = reader.ReadInt64();
            var receivedMs = reader.ReadInt64();
            live.Windows.Add([timeMs], [receivedMs], default);
            if (receivedMs >= ratesSinceMs)
            {
                live.Seconds.Add(receivedMs, 1);
            }

            for (var left = reader.ReadLength(); left > 0; left--)
            {
                var name = reader.ReadText();
                extra[name] = extra.GetValueOrDefault(name) + 1;
            }

            foreach (var field in live.Fields)
            {
                field.TakeStored(ref reader, rank);
            }
        }

        return extra;
    }

    // As LiveField.TakeStored reads it: a mark of NULL and the value, of arrays only whether there is something in them.
    private static string Expression(string column, ColumnType type) => type.IsArray() ? $"notEmpty({column})"
        : type == ColumnType.LowCardinalityString ? $"CAST({column}, 'Nullable(String)')"
        : column;
}
