using Analytics.Grains.Columns;

namespace Analytics.Grains.Live.Rebuild;

/// <summary>What SQL has to compute of one column, and how its live state is made from that.</summary>
internal static class FieldSql
{
    /// <summary>The aggregates of a column of this type, each as text, always <see cref="WidthOf"/> of them.</summary>
    /// <param name="column">The quoted column name.</param>
    /// <param name="type">Its type.</param>
    public static IEnumerable<string> Aggregates(string column, ColumnType type) => type switch
    {
        ColumnType.Int64 => [$"count({column})", $"min({column})", $"max({column})", $"sum(toInt128({column}))"],
        ColumnType.Float64 => [$"count({column})", $"min({column})", $"max({column})", ExactSumSql.Of(column)],
        ColumnType.DateTime =>
        [
            $"count({column})", $"toUnixTimestamp64Milli(min({column}))", $"toUnixTimestamp64Milli(max({column}))",
        ],
        ColumnType.Bool or ColumnType.String or ColumnType.LowCardinalityString => [$"count({column})"],
        _ => [$"countIf(notEmpty({column}))"],
    };

    /// <summary>Number of aggregates of a type.</summary>
    public static int WidthOf(ColumnType type) => type switch
    {
        ColumnType.Int64 or ColumnType.Float64 => 4,
        ColumnType.DateTime => 3,
        _ => 1,
    };

    /// <summary>Adds the rows that the aggregates are of to a live state.</summary>
    /// <param name="field">The state of other rows, or an empty one.</param>
    /// <param name="values">The texts, in the order of <see cref="Aggregates"/>; NULL where there are no values.</param>
    public static void Merge(LiveField field, ReadOnlySpan<string?> values)
    {
        var count = Text.Int64(values[0]!);
        switch (field)
        {
            case LiveInt64 integers:
                integers.Merge(count, Text.Int64(values[1] ?? "0"), Text.Int64(values[2] ?? "0"), Text.Int128(values[3] ?? "0"));
                break;
            case LiveFloat64 doubles:
                doubles.Merge(count, Text.Double(values[1] ?? "0"), Text.Double(values[2] ?? "0"), ExactSumSql.Parse(values[3]!));
                break;
            case LiveDateTime times:
                times.Merge(count, Text.Int64(values[1] ?? "0"), Text.Int64(values[2] ?? "0"));
                break;
            case LiveText texts:
                texts.Merge(count);
                break;
            case LiveArray arrays:
                arrays.Merge(count);
                break;
        }
    }
}
