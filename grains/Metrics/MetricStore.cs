using System.Text.Json;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;
using Analytics.Grains.Live.Rebuild;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Metrics;

/// <summary>A metric's table in ClickHouse, and what is saved beside it in <c>analytics.state</c>.</summary>
internal sealed class MetricStore : IMetricStore
{
    private readonly IClickHouse _clickHouse;
    private readonly TimeProvider _time;
    private readonly TableStore _table;
    private readonly IReadOnlyList<TableColumn> _knownColumns;
    private readonly int _idsMax;

    /// <summary>The store of a metric; nothing is asked of the server yet.</summary>
    /// <param name="clickHouse">The engine.</param>
    /// <param name="project">The project.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="idsMax">Ids remembered at most.</param>
    /// <param name="time">The clock.</param>
    public MetricStore(IClickHouse clickHouse, string project, string metric, int idsMax, TimeProvider time)
    {
        _clickHouse = clickHouse;
        _time = time;
        _idsMax = idsMax;
        _table = new TableStore(clickHouse, project, TableName.Of(project, metric));
        _knownColumns = SystemTables.ColumnsOf(project, metric);
    }

    /// <inheritdoc />
    public string Table => _table.Table;

    /// <inheritdoc />
    public string QuotedName => _table.QuotedName;

    /// <inheritdoc />
    public bool Has(TableColumn column) => _table.Has(column);

    /// <inheritdoc />
    public async Task<StoredMetric> LoadAsync(CancellationToken cancellationToken)
    {
        var ids = new IdWindow(_idsMax);
        var duplicates = await ReadDuplicatesAsync(cancellationToken);
        if (await _table.ReadAsync(cancellationToken) is not { } description)
        {
            return new StoredMetric(null, new LiveMetric(), new Dictionary<int, long>(), 0, duplicates, ids);
        }

        var positions = await _table.ReadPositionsAsync(cancellationToken);
        var live = await new LiveRebuild(_clickHouse, _time).FromTableAsync(QuotedName, description.Columns, cancellationToken);
        await IdRebuild.FillAsync(_clickHouse, QuotedName, _idsMax, ids, cancellationToken);
        return new StoredMetric(description, live, positions, 0, duplicates, ids);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<int, long>?> ReadPositionsAsync(CancellationToken cancellationToken) =>
        await _table.ReadAsync(cancellationToken) is null ? null : await _table.ReadPositionsAsync(cancellationToken);

    /// <inheritdoc />
    public async Task<long> CountAsync(CancellationToken cancellationToken) =>
        Text.Int64((await _clickHouse.ReadRowsAsync($"SELECT toString(count()) FROM {QuotedName}", null, cancellationToken))[0][0]!);

    /// <inheritdoc />
    public Task EnsureAsync(IReadOnlyList<TableColumn> wanted, CancellationToken cancellationToken) => _table.EnsureAsync(wanted, cancellationToken);

    /// <inheritdoc />
    public async Task InsertAsync(PendingBlock block, InsertTurn turn, CancellationToken cancellationToken)
    {
        var writer = NativeBlockWriter.Rent();
        try
        {
            writer.Write(block.Batches, block.Columns, block.InsertedSeconds);
            var insert = new InsertBlock(
                _table.Database, Table, writer.ColumnNames, writer.Written, writer.Rows, block.DeduplicationToken);
            await turn.InsertAsync(insert, cancellationToken);
        }
        finally
        {
            writer.Return();
        }
    }

    /// <inheritdoc />
    public Task SaveDuplicatesAsync(DuplicateCount duplicates, CancellationToken cancellationToken) => _clickHouse.ExecuteAsync(
        "INSERT INTO analytics.state SETTINGS async_insert = 0 VALUES " +
        $"('duplicates', {SqlText.Literal(QuotedName)}, {SqlText.Literal(JsonSerializer.Serialize(duplicates))}, {duplicates.Total}, now64(3, 'UTC'))",
        cancellationToken);

    /// <inheritdoc />
    public Task SaveSnapshotAsync(LiveSnapshot snapshot, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<DuplicateCount> ReadDuplicatesAsync(CancellationToken cancellationToken)
    {
        var rows = await _clickHouse.ReadRowsAsync(
            $"SELECT state FROM analytics.state WHERE name = 'duplicates' AND grain = {SqlText.Literal(QuotedName)} ORDER BY version DESC LIMIT 1",
            null, cancellationToken);
        return rows.Count == 0 ? DuplicateCount.None : JsonSerializer.Deserialize<DuplicateCount>(rows[0][0]!)!;
    }
}
