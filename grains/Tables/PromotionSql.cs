using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Tables;

/// <summary>Moves the values of a field from <c>_extra</c>, where they are text, to a column.</summary>
internal static class PromotionSql
{
    /// <summary>The mutation that moves every value that the type takes as it is; others stay where they are.</summary>
    /// <param name="quotedTable">Database and table, quoted.</param>
    /// <param name="column">The column; the table has it already.</param>
    public static string Move(string quotedTable, TableColumn column)
    {
        var name = SqlText.Literal(column.Name);
        var value = ValueOf($"{FixedColumns.Extra}[{name}]", column.Type);
        return string.Concat(
            $"ALTER TABLE {quotedTable} {Command(column)}CAST({value}, {SqlText.Literal(column.Type.ToSql())}), ",
            $"{FixedColumns.Extra} = mapFilter((k, v) -> k != {name}, {FixedColumns.Extra}) ",
            $"WHERE mapContains({FixedColumns.Extra}, {name}) AND isNotNull({value}) SETTINGS mutations_sync = 0");
    }

    /// <summary>A condition on <c>command</c> of <c>system.mutations</c>, which quotes a name only where it has to.</summary>
    public static string IsOf(TableColumn column) =>
        $"(position(command, {SqlText.Literal(Command(column))}) > 0 OR position(command, {SqlText.Literal($"UPDATE {column.Name} = ")}) > 0)";

    /// <summary>Whether values of <c>_extra</c> can become a column of this type.</summary>
    public static bool CanBe(ColumnType type) => !type.IsArray();

    private static string Command(TableColumn column) => $"UPDATE {SqlText.Identifier(column.Name)} = ";

    // The rules of ColumnFit, for the text that a value became. Whether "12" was a string or a number is no longer known: it is taken for what the type says.
    private static string ValueOf(string text, ColumnType type) => type switch
    {
        ColumnType.Bool => $"multiIf({text} = 'true', true, {text} = 'false', false, NULL)",
        ColumnType.Int64 => $"if(match({text}, '^-?[0-9]+$'), toInt64OrNull({text}), NULL)",
        ColumnType.Float64 =>
            $"multiIf(match({text}, '^-?[0-9]{{1,18}}$'), if(abs(toInt64OrZero({text})) <= {ColumnFit.ExactIntegerMax}, toFloat64OrNull({text}), NULL), " +
            $"match({text}, '^-?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$') AND NOT match({text}, '^-?[0-9]+$') AND isFinite(toFloat64OrZero({text})), " +
            $"toFloat64OrNull({text}), NULL)",
        ColumnType.DateTime =>
            $"if(match({text}, '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}([.][0-9]{{1,3}})?)?(Z|[+-][0-9]{{2}}:[0-9]{{2}})$'), " +
            $"parseDateTime64BestEffortOrNull({text}, 3, 'UTC'), NULL)",
        ColumnType.String or ColumnType.LowCardinalityString => $"toNullable({text})",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Only columns of single values are made of texts."),
    };
}
