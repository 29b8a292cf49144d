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

    /// <summary>What became of alerts: a row for each change. The highest version of a number counts; the highest number of an alert is what it is now.</summary>
    public const string Alerts = "alerts";

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

    /// <summary>The columns a table has from the start, because the system itself writes it.</summary>
    public static IReadOnlyList<TableColumn> ColumnsOf(string project, string metric) =>
        project == DeadLetterFields.Project && metric == DeadLetterFields.Metric ? DeadLetterColumns : [];

    /// <summary>Every metric's name.</summary>
    public const string Metrics = "analytics.metrics";

    /// <summary>Where columns are entered.</summary>
    public const string FieldsTable = "analytics.fields";

    /// <summary>The rows of <c>analytics.fields</c> for new or changed columns; entering one again is harmless.</summary>
    public static string FieldRows(string project, string metric, IEnumerable<TableColumn> columns) => string.Join(", ", columns.Select(column =>
        $"({SqlText.Literal(project)}, {SqlText.Literal(metric)}, {SqlText.Literal(column.Name)}, {SqlText.Literal(column.Type.ToSql())}, now64(3, 'UTC'))"));

    /// <summary>Creates what is missing.</summary>
    public static async Task EnsureAsync(IClickHouse clickHouse, CancellationToken cancellationToken)
    {
        foreach (var statement in Statements(clickHouse.Layout))
        {
            await clickHouse.ExecuteAsync(statement, cancellationToken);
        }
    }

    /// <summary>What does it. The newest version of a row wins; rows are few and are read with FINAL.</summary>
    internal static IEnumerable<string> Statements(ServerLayout layout)
    {
        yield return TableSql.CreateDatabase(Database, layout);
        yield return Table("projects", "project String, created DateTime64(3, 'UTC')", string.Empty, "ORDER BY project");
        yield return Table("metrics", "project String, metric String, created DateTime64(3, 'UTC')", string.Empty, "ORDER BY (project, metric)");
        yield return Table(
            "fields", "project String, metric String, field String, type String, changed DateTime64(3, 'UTC')", "(changed)", "ORDER BY (project, metric, field)");
        yield return Table(
            State, "name String, grain String, state String, version UInt64, saved DateTime64(3, 'UTC')", "(version)",
            $"ORDER BY (name, grain) SETTINGS index_granularity = {StateGranularity}");
        yield return Table(
            Alerts,
            "project String, metric String, alert String, number UInt64, event LowCardinality(String), raised UInt8, since DateTime64(3, 'UTC'), time DateTime64(3, 'UTC'), "
            + "value Nullable(Float64), threshold Nullable(Float64), message String, definition String, delivery LowCardinality(String), version UInt8",
            "(version)", "ORDER BY (project, metric, alert, number)");
        yield return Table("many_texts", "project String, field String, noted DateTime64(3, 'UTC')", string.Empty, "ORDER BY (project, field)");

        // What _partition means where the log is Kafka, and how far its partitions are in the tables at least.
        yield return Table("log_topics", "cluster String, topic String, number UInt32, added DateTime64(3, 'UTC')", string.Empty, "ORDER BY number");
        yield return Table("log_offsets", "partition UInt32, offset UInt64, saved DateTime64(3, 'UTC')", "(offset)", "ORDER BY partition");
        yield return Table(
            "dead_letter_replays",
            "partition UInt32, offset UInt64, seq UInt32, state LowCardinality(String), time DateTime64(3, 'UTC'), version UInt64",
            "(version)", "ORDER BY (partition, offset, seq)");

        // A dead-letter table of an earlier version has fewer columns.
        var deadLetters = new TablePlace(layout, Database, DeadLetterFields.Metric);
        foreach (var statement in deadLetters.Create(DeadLetterColumns).Concat(deadLetters.Alter([], DeadLetterColumns)))
        {
            yield return statement;
        }

        string Table(string name, string columns, string version, string more) =>
            TablePlace.CreateSystemTable(layout, name, columns, "ReplacingMergeTree" + version, more);
    }
}
