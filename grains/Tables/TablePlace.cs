using System.Globalization;
using System.Text;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Tables;

/// <summary>
/// Where a metric's rows are. On a server of its own that is the table. On a cluster the table is a Distributed one on every server, and the rows are in a
/// replicated table of each shard, in a database beside it.
/// </summary>
internal sealed class TablePlace
{
    // No project has a name with a tilde.
    private const string RowsSuffix = "~local";

    // Rows of a block have the same _inserted, so a block goes to one shard, as one part: all of it or nothing. Tried again it has the same, and
    // meets the shard that knows its token. The hash spreads blocks also when they come every other second.
    private const string ShardingKey = $"intHash64(toUnixTimestamp({FixedColumns.Inserted}))";

    private const string MergeTree = "MergeTree";

    private readonly ServerLayout _layout;

    /// <summary>A table's place.</summary>
    /// <param name="layout">The server's.</param>
    /// <param name="database">Unquoted.</param>
    /// <param name="table">Unquoted.</param>
    public TablePlace(ServerLayout layout, string database, string table)
    {
        _layout = layout;
        Database = database;
        Table = table;
        QuotedName = SqlText.Table(database, table);
        (RowsDatabase, RowsTable) = layout.Cluster is null ? (database, table) : (database + RowsSuffix, TableName.Of(database + RowsSuffix, table));
        QuotedRows = SqlText.Table(RowsDatabase, RowsTable);
    }

    /// <summary>Unquoted database name.</summary>
    public string Database { get; }

    /// <summary>Unquoted table name.</summary>
    public string Table { get; }

    /// <summary>The table that is inserted into and read from.</summary>
    public string QuotedName { get; }

    /// <summary>The database of <see cref="QuotedRows"/>, unquoted.</summary>
    public string RowsDatabase { get; }

    /// <summary>The table of <see cref="QuotedRows"/>, unquoted.</summary>
    public string RowsTable { get; }

    /// <summary>The table that has the rows: the same, but on a cluster.</summary>
    public string QuotedRows { get; }

    /// <summary>Whether the two differ.</summary>
    public bool IsDistributed => _layout.Cluster is not null;

    /// <summary>What makes a statement about the rows one for all servers.</summary>
    public string OnCluster => _layout.OnCluster;

    /// <summary>A table of the engine's <c>system</c> database, of one server of each shard.</summary>
    public string SystemTable(string name) => _layout.Cluster is { } cluster ? $"cluster({SqlText.Literal(cluster)}, system.{name})" : $"system.{name}";

    /// <summary>Makes databases and tables.</summary>
    public IEnumerable<string> Create(IReadOnlyList<TableColumn> columns)
    {
        yield return TableSql.CreateDatabase(Database, _layout);
        if (!IsDistributed)
        {
            yield return TableSql.CreateTable(QuotedName, columns);
            yield break;
        }

        yield return TableSql.CreateDatabase(RowsDatabase, _layout);
        yield return TableSql.CreateTable(QuotedRows + OnCluster, columns, ReplicatedEngine(MergeTree, "{shard}", "{replica}", RowsDatabase, RowsTable));
        yield return $"CREATE TABLE IF NOT EXISTS {QuotedName}{OnCluster} AS {QuotedRows} ENGINE = Distributed({SqlText.Literal(_layout.Cluster!)}, " +
            $"{SqlText.Literal(RowsDatabase)}, {SqlText.Literal(RowsTable)}, {ShardingKey})";
    }

    /// <summary>What turns a table with columns <paramref name="has"/> into one with <paramref name="wanted"/>: the rows' first, so that what the other shows is there.</summary>
    public IEnumerable<string> Alter(IReadOnlyList<TableColumn> has, IReadOnlyList<TableColumn> wanted) => IsDistributed
        ? [.. TableSql.Alter(QuotedRows + OnCluster, has, wanted, isWaitedFor: true), .. TableSql.Alter(QuotedName + OnCluster, has, wanted)]
        : TableSql.Alter(QuotedName, has, wanted);

    /// <summary>A table of the system's own, with all rows on every server of a cluster.</summary>
    /// <param name="layout">The server's.</param>
    /// <param name="name">Without its database, which is <see cref="SystemTables.Database"/>.</param>
    /// <param name="columns">Its columns, as SQL.</param>
    /// <param name="engine">Its engine, with arguments if it has any.</param>
    /// <param name="more">What follows the engine.</param>
    public static string CreateSystemTable(ServerLayout layout, string name, string columns, string engine, string more) =>
        CreateOnAll(layout, $"{SystemTables.Database}.{name}", SystemTables.Database, name, columns, engine, more);

    /// <summary>A table with all rows on every server of a cluster.</summary>
    /// <param name="layout">The server's.</param>
    /// <param name="quotedName">Database and table, quoted where they need it.</param>
    /// <param name="database">Unquoted.</param>
    /// <param name="name">Unquoted.</param>
    /// <param name="columns">Its columns, as SQL.</param>
    /// <param name="engine">Its engine, with arguments if it has any.</param>
    /// <param name="more">What follows the engine.</param>
    public static string CreateOnAll(ServerLayout layout, string quotedName, string database, string name, string columns, string engine, string more) =>
        $"CREATE TABLE IF NOT EXISTS {quotedName}{layout.OnCluster} ({columns}) ENGINE = " +
        (layout.Cluster is null ? engine : ReplicatedEngine(engine, "all", "{shard}-{replica}", database, name)) + " " + more;

    /// <summary>A table like this one, with nothing in it and on this server alone.</summary>
    public string CreateCopy(string quotedName, string? engine) =>
        $"CREATE TABLE {quotedName} AS {QuotedRows}" + ((engine ?? (IsDistributed ? TableSql.EngineOf(MergeTree) : null)) is { } own ? $" ENGINE = {own}" : string.Empty);

    // By name: a server that joins later finds the rows of the others. Names are escaped as in ClickHouse's files, so that no slash or brace of them counts.
    private static string ReplicatedEngine(string engine, string shard, string replica, string database, string table)
    {
        var arguments = engine.IndexOf('(', StringComparison.Ordinal);
        var (name, own) = arguments < 0 ? (engine, string.Empty) : (engine[..arguments], ", " + engine[(arguments + 1)..^1]);
        return $"Replicated{name}('/clickhouse/tables/{shard}/{Escape(database)}/{Escape(table)}', '{replica}'{own})";
    }

    private static string Escape(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var b in Encoding.UTF8.GetBytes(name))
        {
            _ = char.IsAsciiLetterOrDigit((char)b) || b == '_' ? text.Append((char)b) : text.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return text.ToString();
    }
}
