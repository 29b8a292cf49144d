using System.Globalization;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Query;

/// <summary>A <see cref="SeriesQuery"/> as SQL. Its rows are texts: the interval's begin in UTC milliseconds, the group (<see cref="Value"/> and a value, <see cref="NoValue"/> or
/// <see cref="Others"/>; empty without groups), and the aggregate; by interval, then by group. Intervals without rows have none.</summary>
internal static class SeriesSql
{
    /// <summary>Before the value of a group.</summary>
    public const char Value = '=';

    /// <summary>The group of rows without a value.</summary>
    public const string NoValue = "-";

    /// <summary>The group of all other values.</summary>
    public const string Others = "*";

    /// <summary>The query.</summary>
    /// <param name="table">The quoted table name.</param>
    /// <param name="query">What is asked.</param>
    public static string Of(string table, SeriesQuery query)
    {
        var zone = SqlText.Literal(query.TimeZone);
        var where = string.Create(
            CultureInfo.InvariantCulture,
            $"{FixedColumns.Time} >= fromUnixTimestamp64Milli({query.FromMs}, 'UTC') AND {FixedColumns.Time} < fromUnixTimestamp64Milli({query.ToMs}, 'UTC')");
        var (with, group) = Group(table, query, where);
        var begin = $"toDateTime64(toStartOfInterval({FixedColumns.Time}, INTERVAL {query.Step.Number} {Unit(query.Step)}, {zone}), 3, {zone})";
        return $"{with}SELECT toString(toUnixTimestamp64Milli({begin} AS begin)), {group} AS series, toString({Aggregate(query)}) FROM {table} WHERE {where} " +
            $"GROUP BY begin, series ORDER BY begin, series LIMIT {SeriesQuery.PointsMax + 1}";
    }

    /// <summary>Whether the aggregate can be made of a column of this type.</summary>
    public static bool Takes(SeriesAggregate aggregate, ColumnType type) => aggregate switch
    {
        SeriesAggregate.Count => true,
        SeriesAggregate.Unique => !type.IsArray(),
        SeriesAggregate.Min or SeriesAggregate.Max => type is ColumnType.Int64 or ColumnType.Float64 or ColumnType.DateTime,
        _ => type is ColumnType.Int64 or ColumnType.Float64,
    };

    private static (string With, string Group) Group(string table, SeriesQuery query, string where)
    {
        if (query.By is not { } by)
        {
            return (string.Empty, "''");
        }

        var name = SqlText.Identifier(by.Name);
        var value = $"toString(assumeNotNull({name}))";
        var with = $"WITH (SELECT groupArray(value) FROM (SELECT {value} AS value FROM {table} WHERE {where} AND isNotNull({name}) " +
            $"GROUP BY value ORDER BY count() DESC, value LIMIT {query.Groups})) AS largest ";
        return (with, $"multiIf(isNull({name}), '{NoValue}', has(largest, {value}), concat('{Value}', {value}), '{Others}')");
    }

    private static string Aggregate(SeriesQuery query)
    {
        if (query.Field is not { } field)
        {
            return "count()";
        }

        var name = SqlText.Identifier(field.Name);
        var isInteger = field.Type == ColumnType.Int64;
        return query.Aggregate switch
        {
            SeriesAggregate.Count => field.Type.IsArray() ? $"countIf(notEmpty({name}))" : $"count({name})",
            SeriesAggregate.Sum => isInteger ? $"sum(toInt128({name}))" : $"sum({name})",
            SeriesAggregate.Avg => $"avg({name})",
            SeriesAggregate.Min => Extreme("min", name, field.Type),
            SeriesAggregate.Max => Extreme("max", name, field.Type),
            SeriesAggregate.Unique => $"uniqExact({name})",
            SeriesAggregate.P50 => $"quantileExact(0.5)({name})",
            SeriesAggregate.P90 => $"quantileExact(0.9)({name})",
            _ => $"quantileExact(0.99)({name})",
        };
    }

    private static string Extreme(string function, string name, ColumnType type) =>
        type == ColumnType.DateTime ? $"toUnixTimestamp64Milli({function}({name}))" : $"{function}({name})";

    private static string Unit(SeriesStep step) => step.Unit switch { 's' => "SECOND", 'm' => "MINUTE", 'h' => "HOUR", _ => "DAY" };
}
