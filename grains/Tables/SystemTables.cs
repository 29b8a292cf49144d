using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Tables;

/// <summary>The tables of the system database <c>analytics</c>.</summary>
internal static class SystemTables
{
    /// <summary>The system database.</summary>
    public const string Database = "analytics";

    /// <summary>
    /// Which dead letters were replayed, by the letter's position: <c>state</c> is <c>started</c> before the event is appended to the log and
    /// <c>replayed</c> after it. The highest version of a position counts; read it with FINAL.
    /// </summary>
    public const string DeadLetterReplays = "analytics.dead_letter_replays";

    /// <summary>Where actors keep what is not in their tables.</summary>
    public const string State = "state";

    // One entry is read at a time, of a few kilobytes mostly: the engine's own 8,192 rows would be read and unpacked for it, up to its limit of 10 MB. With 13,643
    // metrics of 4 KB a read takes 3-4 ms instead of 5-8 ms (3 ms is what any query takes); fewer rows gain nothing more.
    private const int StateGranularity = 64;

    private static readonly TableColumn[] DeadLetterColumns =
    [
        new(DeadLetterFields.Code, ColumnType.LowCardinalityString),
        new(DeadLetterFields.Reason, ColumnType.String),
        new(DeadLetterFields.Raw, ColumnType.String),
        new(DeadLetterFields.RawSize, ColumnType.Int64),
        new(DeadLetterFields.SourceProject, ColumnType.LowCardinalityString),
        new(DeadLetterFields.SourceMetric, ColumnType.String),
        new(DeadLetterFields.Bare, ColumnType.Bool),
        new(DeadLetterFields.Topic, ColumnType.LowCardinalityString),
        new(DeadLetterFields.Key, ColumnType.String),
        new(DeadLetterFields.Headers, ColumnType.String),
    ];

    private static readonly string DeadLetterTable = SqlText.Table(Database, DeadLetterFields.Metric);

    // The newest version of a row wins; rows are few and are read with FINAL.
    private static readonly string[] Statements =
    [
        "CREATE TABLE IF NOT EXISTS analytics.projects (project String, created DateTime64(3, 'UTC')) " +
            "ENGINE = ReplacingMergeTree ORDER BY project",
        "CREATE TABLE IF NOT EXISTS analytics.metrics (project String, metric String, created DateTime64(3, 'UTC')) " +
            "ENGINE = ReplacingMergeTree ORDER BY (project, metric)",
        "CREATE TABLE IF NOT EXISTS analytics.fields (project String, metric String, field String, type String, changed DateTime64(3, 'UTC')) " +
            "ENGINE = ReplacingMergeTree(changed) ORDER BY (project, metric, field)",
        "CREATE TABLE IF NOT EXISTS analytics.state (name String, grain String, state String, version UInt64, saved DateTime64(3, 'UTC')) " +
            $"ENGINE = ReplacingMergeTree(version) ORDER BY (name, grain) SETTINGS index_granularity = {StateGranularity}",

        $"CREATE TABLE IF NOT EXISTS {ManyTexts.TableName} (project String, field String, noted DateTime64(3, 'UTC')) ENGINE = ReplacingMergeTree ORDER BY (project, field)",

        // What _partition means where the log is Kafka, and how far its partitions are in the tables at least.
        "CREATE TABLE IF NOT EXISTS analytics.log_topics (cluster String, topic String, number UInt32, added DateTime64(3, 'UTC')) " +
            "ENGINE = ReplacingMergeTree ORDER BY number",
        "CREATE TABLE IF NOT EXISTS analytics.log_offsets (partition UInt32, offset UInt64, saved DateTime64(3, 'UTC')) " +
            "ENGINE = ReplacingMergeTree(offset) ORDER BY partition",
        TableSql.CreateTable(DeadLetterTable, DeadLetterColumns),

        // A table of an earlier version has fewer.
        .. TableSql.Alter(DeadLetterTable, [], DeadLetterColumns),
        $"CREATE TABLE IF NOT EXISTS {DeadLetterReplays} (partition UInt32, offset UInt64, seq UInt32, state LowCardinality(String), " +
            "time DateTime64(3, 'UTC'), version UInt64) ENGINE = ReplacingMergeTree(version) ORDER BY (partition, offset, seq)",
    ];

    /// <summary>The columns a table has from the start, because the system itself writes it.</summary>
    public static IReadOnlyList<TableColumn> ColumnsOf(string project, string metric) =>
        project == DeadLetterFields.Project && metric == DeadLetterFields.Metric ? DeadLetterColumns : [];

    /// <summary>Where columns are entered.</summary>
    public const string FieldsTable = "analytics.fields";

    /// <summary>The rows of <c>analytics.fields</c> for new or changed columns; entering one again is harmless.</summary>
    public static string FieldRows(string project, string metric, IEnumerable<TableColumn> columns) => string.Join(", ", columns.Select(column =>
        $"({SqlText.Literal(project)}, {SqlText.Literal(metric)}, {SqlText.Literal(column.Name)}, {SqlText.Literal(column.Type.ToSql())}, now64(3, 'UTC'))"));

    /// <summary>Creates what is missing.</summary>
    public static async Task EnsureAsync(IClickHouse clickHouse, CancellationToken cancellationToken)
    {
        await clickHouse.ExecuteAsync(TableSql.CreateDatabase(Database, clickHouse.LoadsTablesLazily), cancellationToken);
        foreach (var statement in Statements)
        {
            await clickHouse.ExecuteAsync(statement, cancellationToken);
        }
    }
}
