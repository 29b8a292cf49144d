using System.Text;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Tables;

/// <summary>The DDL of a metric's table as text.</summary>
internal static class TableSql
{
    // Below it a part is one file of data instead of two for each column. A fresh block is merged away within seconds, and making its files costs more
    // than writing them: at 500,000 events a second this saves a tenth of all CPU. Parts that stay are larger, and wide.
    private const int WidePartBytesMin = 128 * 1024 * 1024;

    private const string Modify = "MODIFY COLUMN ";

    /// <summary>A database.</summary>
    /// <param name="database">Its unquoted name.</param>
    /// <param name="layout">The server's.</param>
    public static string CreateDatabase(string database, ServerLayout layout) =>
        $"CREATE DATABASE IF NOT EXISTS {SqlText.Identifier(database)}{layout.OnCluster} ENGINE = Atomic{(layout.LoadsTablesLazily ? " SETTINGS lazy_load_tables = 1" : string.Empty)}";

    /// <summary>The table with its fixed columns and the fields known so far, as many of them as one statement takes: the rest is for <see cref="Alter"/>.</summary>
    /// <param name="quotedName">Its name, and on a cluster that it is for all servers.</param>
    /// <param name="columns">The fields' columns.</param>
    /// <param name="engine">MergeTree or one like it, with arguments if it has any.</param>
    public static string CreateTable(string quotedName, IReadOnlyList<TableColumn> columns, string engine = "MergeTree")
    {
        var sql = new StringBuilder("CREATE TABLE IF NOT EXISTS ").Append(quotedName).Append(" (");
        foreach (var (name, type) in FixedColumns.All)
        {
            AppendCodec(sql.Append(SqlText.Identifier(name)).Append(' ').Append(type), ColumnCodec.OfFixed(name)).Append(", ");
        }

        foreach (var column in columns.TakeWhile(_ => sql.Length < SqlText.StatementCharsMax))
        {
            Describe(sql, column).Append(", ");
        }

        // An activation looks for the rows after a snapshot by _inserted, which ascends with the blocks: the index leaves out most of what is older.
        return sql.Append($"INDEX _inserted_range {FixedColumns.Inserted} TYPE minmax GRANULARITY 1)")
            .Append(" ENGINE = ").Append(EngineOf(engine))
            .ToString();
    }

    /// <summary>A table's engine with everything that belongs to it.</summary>
    public static string EngineOf(string engine) =>
        $"{engine} PARTITION BY toYYYYMM({FixedColumns.Inserted}) ORDER BY {FixedColumns.Time} SETTINGS min_bytes_for_wide_part = {WidePartBytesMin}";

    /// <summary>What turns a table with columns <paramref name="has"/> into one with <paramref name="wanted"/>: one statement for all new columns,
    /// one for all widened ones (several only where one would be longer than the engine takes). Empty when nothing is to do.</summary>
    /// <param name="quotedName">Its name, and on a cluster that it is for all servers.</param>
    /// <param name="has">Its columns.</param>
    /// <param name="wanted">Those it is to have.</param>
    /// <param name="isWaitedFor">Whether new columns are to be on every replica that is there before the statement ends: the next insert may go to any of them.</param>
    public static IEnumerable<string> Alter(string quotedName, IReadOnlyList<TableColumn> has, IReadOnlyList<TableColumn> wanted, bool isWaitedFor = false)
    {
        var types = has.ToDictionary(column => column.Name, column => column.Type, StringComparer.Ordinal);
        var added = wanted.Where(column => !types.ContainsKey(column.Name)).ToList();
        foreach (var statement in Statements(quotedName, "ADD COLUMN IF NOT EXISTS ", added, isWaitedFor ? " SETTINGS alter_sync = 2" : string.Empty))
        {
            yield return statement;
        }

        var widened = wanted.Where(column => types.TryGetValue(column.Name, out var type) && type != column.Type && IsLossless(type, column.Type)).ToList();

        // Wait until every part has the new type: the next insert and the read-back must see it.
        foreach (var statement in Statements(quotedName, Modify, widened, " SETTINGS alter_sync = 2, mutations_sync = 2"))
        {
            yield return statement;
        }
    }

    // Whoever planned it has made sure that no stored integer changes; strings are the same with a dictionary and without.
    private static bool IsLossless(ColumnType from, ColumnType to) => (from, to) is (ColumnType.Int64, ColumnType.Float64)
        or (ColumnType.String, ColumnType.LowCardinalityString) or (ColumnType.LowCardinalityString, ColumnType.String);

    private static IEnumerable<string> Statements(string quotedName, string verb, List<TableColumn> columns, string suffix)
    {
        for (var next = 0; next < columns.Count;)
        {
            var sql = new StringBuilder("ALTER TABLE ").Append(quotedName).Append(' ');
            for (var start = next; next < columns.Count && (next == start || sql.Length < SqlText.StatementCharsMax); next++)
            {
                Describe(sql.Append(next == start ? string.Empty : ", ").Append(verb), columns[next], isWidened: verb == Modify);
            }

            yield return sql.Append(suffix).ToString();
        }
    }

    // A column that is widened gets its new type's codec too: the old one may not take it.
    private static StringBuilder Describe(StringBuilder sql, TableColumn column, bool isWidened = false) =>
        AppendCodec(sql.Append(SqlText.Identifier(column.Name)).Append(' ').Append(column.Type.ToSql()), ColumnCodec.Of(column.Type), isWidened);

    private static StringBuilder AppendCodec(StringBuilder sql, string codec, bool isAlways = false) =>
        codec != ColumnCodec.Default || isAlways ? sql.Append(" CODEC(").Append(codec).Append(')') : sql;
}
