using System.Globalization;
using Analytics.Grains.Columns;

namespace Analytics.Silo.Audit;

/// <summary>The audit's queries.</summary>
internal static class PositionSql
{
    /// <summary>Rows of some tables with all that is compared, ordered by the table's index and position; read by <see cref="PositionCursor"/>.</summary>
    /// <param name="tables">Quoted names.</param>
    /// <param name="where">The condition on each of them.</param>
    public static string Rows(IReadOnlyList<string> tables, string where)
    {
        var selects = tables.Select((table, index) =>
            $"SELECT toUInt16({index}) AS t, {FixedColumns.Offset} AS o, {FixedColumns.Sequence} AS s, {FixedColumns.Time}, {FixedColumns.Received}, " +
            $"{FixedColumns.Id} FROM {table} WHERE {where}");

        // Sorted by two columns where one table is enough: the table's index is the same in every row.
        return tables.Count == 1
            ? $"{selects.First()} ORDER BY o, s"
            : $"SELECT * FROM ({string.Join(" UNION ALL ", selects)}) ORDER BY t, o, s";
    }

    /// <summary>How many rows each condition finds, by partition: index of the condition, partition, count.</summary>
    /// <param name="conditions">A quoted table name and a condition each.</param>
    public static string Counts(IReadOnlyList<(string Table, string Where)> conditions) => string.Join(
        " UNION ALL ",
        conditions.Select((condition, index) =>
            $"SELECT toUInt16({index}), {FixedColumns.Partition}, toInt64(count()) FROM {condition.Table} WHERE {condition.Where} " +
            $"GROUP BY {FixedColumns.Partition}"));

    /// <summary>The first rows that a condition finds: partition, offset, index in the message, id.</summary>
    public static string Examples(string table, string where, int rowsMax) =>
        $"SELECT {FixedColumns.Partition}, {FixedColumns.Offset}, {FixedColumns.Sequence}, {FixedColumns.Id} FROM {table} WHERE {where} " +
        $"ORDER BY {FixedColumns.Partition}, {FixedColumns.Offset}, {FixedColumns.Sequence} LIMIT {rowsMax}";

    /// <summary>Where rows with some ids are, as seen from a partition: id, whether in others, whether in this one, and its first position there.</summary>
    public static string Ids(string table, int partition)
    {
        var here = string.Create(CultureInfo.InvariantCulture, $"{FixedColumns.Partition} = {partition}");
        return $"SELECT {FixedColumns.Id}, toUInt16(countIf(NOT {here}) > 0), toUInt16(countIf({here}) > 0), " +
            $"(minIf(({FixedColumns.Offset}, {FixedColumns.Sequence}), {here}) AS first).1, first.2 " +
            $"FROM {table} WHERE {FixedColumns.Id} IN {{ids:Array(String)}} GROUP BY {FixedColumns.Id}";
    }

    /// <summary>Which of some ids a table has.</summary>
    public static string Has(string table) =>
        $"SELECT DISTINCT {FixedColumns.Id} FROM {table} WHERE {FixedColumns.Id} IN {{ids:Array(String)}}";

    /// <summary>The condition that a row was received within a range; empty without bounds, else beginning with AND.</summary>
    public static string Received(AuditRange range) => string.Concat(
        range.FromMs is { } from ? $" AND {FixedColumns.Received} >= {Time(from)}" : string.Empty,
        range.ToMs is { } to ? $" AND {FixedColumns.Received} < {Time(to)}" : string.Empty);

    private static string Time(long ms) => string.Create(CultureInfo.InvariantCulture, $"fromUnixTimestamp64Milli({ms}, 'UTC')");
}
