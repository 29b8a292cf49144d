using System.Globalization;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Tables;

namespace Analytics.Silo.Http.Overview;

/// <summary>
/// All metrics, and their tables' sizes as ClickHouse's <c>system.tables</c> gives them: of a table that nobody has touched since the engine started it knows none, and touching
/// thousands of them only to know their sizes would undo what <c>lazy_load_tables</c> saves. With thousands of tables a reading takes a part of a second, so it is made beside whoever wants to know,
/// and so often that it costs little. One caller at a time.
/// </summary>
internal sealed partial class TableSizes(IClickHouse clickHouse, TimeProvider time, ILogger<TableSizes> logger)
{
    /// <summary>Between two readings at least; parts come and go every second at most.</summary>
    internal static readonly TimeSpan IntervalMin = TimeSpan.FromSeconds(2);

    /// <summary>A reading is followed by a pause of so many times its duration: it takes a fiftieth of one thread.</summary>
    internal const int PauseFactor = 50;

    private const string NamesSql = $"SELECT project, metric FROM {SystemTables.Metrics} FINAL WHERE project != '{SystemTables.Database}'";

    private const string SizesSql = $"""
        SELECT database, name, toString(total_rows), toString(total_bytes) FROM system.tables
        WHERE total_rows IS NOT NULL AND database NOT IN ('system', 'default', 'INFORMATION_SCHEMA', 'information_schema', '{SystemTables.Database}')
        """;

    private const string PartsSql = "SELECT toString(value) FROM system.metrics WHERE metric = 'PartsActive'";

    private Task _reading = Task.CompletedTask;
    private long _dueAt;

    /// <summary>The last reading, by project and metric, with <see langword="null"/> for sizes that are not known; empty before the first.</summary>
    public IReadOnlyDictionary<(string Project, string Metric), TableSize?> Current { get; private set; } = new Dictionary<(string, string), TableSize?>();

    /// <summary>Active parts of all tables that were touched.</summary>
    public long PartCount { get; private set; }

    /// <summary>The reading under way, for tests.</summary>
    internal Task Reading => _reading;

    /// <summary>Begins another reading when one is due and none is under way.</summary>
    public void Refresh(CancellationToken cancellationToken)
    {
        if (_reading.IsCompleted && time.GetTimestamp() >= _dueAt)
        {
            _reading = ReadAsync(cancellationToken);
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        try
        {
            var names = await clickHouse.ReadRowsAsync(NamesSql, null, cancellationToken);
            var rows = await clickHouse.ReadRowsAsync(SizesSql, null, cancellationToken);
            var sizes = rows.ToDictionary(static row => (row[0]!, row[1]!), static row => new TableSize(Number(row[2]), Number(row[3])));
            var parts = await clickHouse.ReadRowsAsync(PartsSql, null, cancellationToken);
            PartCount = parts.Count == 0 ? 0 : Number(parts[0][0]);
            Current = names.ToDictionary(
                static row => (row[0]!, row[1]!),
                row => sizes.TryGetValue((row[0]!, TableName.Of(row[0]!, row[1]!)), out var size) ? size : null as TableSize?);
        }
        catch (Exception exception) when (exception is ClickHouseException or OperationCanceledException)
        {
            // What is known stays; the next reading may find more.
            LogUnread(logger, exception);
        }

        var took = time.GetElapsedTime(begin);
        var pause = took * PauseFactor > IntervalMin ? took * PauseFactor : IntervalMin;
        _dueAt = time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);
    }

    private static long Number(string? text) => long.Parse(text!, NumberStyles.None, CultureInfo.InvariantCulture);

    [LoggerMessage(EventId = 1221, Level = LogLevel.Debug, Message = "The sizes of the tables could not be read now")]
    private static partial void LogUnread(ILogger logger, Exception exception);
}
