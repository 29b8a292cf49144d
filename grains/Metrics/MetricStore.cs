using Analytics.GrainInterfaces;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;
using Analytics.Grains.Live.Rebuild;
using Analytics.Grains.Metrics.State;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Metrics;

/// <summary>A metric's table in ClickHouse, and what is saved beside it in <c>analytics.state</c>.</summary>
internal sealed class MetricStore : IMetricStore
{
    private readonly IClickHouse _clickHouse;
    private readonly MetricServices _services;
    private readonly TableStore _table;
    private readonly SavedState _saved;

    /// <summary>The store of a metric; nothing is asked of the server yet.</summary>
    public MetricStore(MetricServices services, string project, string metric)
    {
        _clickHouse = services.ClickHouse;
        _services = services;
        _table = new TableStore(_clickHouse, project, TableName.Of(project, metric));
        _saved = new SavedState(services, MetricKey.Of(project, metric));
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
        var options = _services.Metrics;
        var window = TimeSpan.FromMinutes(options.IdMinutes);
        var ids = new IdWindow(options.IdsMax, window);
        await _saved.ReadAsync(cancellationToken);
        if (await _table.ReadAsync(cancellationToken) is not { } description)
        {
            return new StoredMetric(null, new LiveMetric(), new Dictionary<int, long>(), 0, _saved.Duplicates, ids);
        }

        var fromSnapshot = await RestoreAsync(description.Columns, cancellationToken);
        var (live, insertedSeconds) = fromSnapshot
            ?? await new LiveRebuild(_clickHouse, _services.Time).FromTableAsync(QuotedName, description.Columns, cancellationToken);
        await new IdRebuild(_clickHouse, _services.Time).FillAsync(QuotedName, live.Ends, options.IdsMax, window, ids, cancellationToken);
        var positions = live.Ends.ToDictionary(static end => end.Key, static end => end.Value.Offset);
        return new StoredMetric(description, live, positions, (uint)insertedSeconds, _saved.Duplicates, ids, fromSnapshot is not null);
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
    public Task InsertAsync(PendingBlock block, InsertTurn turn, CancellationToken cancellationToken) =>
        BlockEncoding.InsertAsync(block, _table.Database, Table, turn, cancellationToken);

    /// <inheritdoc />
    public void Forget() => _table.Forget();

    /// <inheritdoc />
    public async Task<IScratchTable> CreateScratchAsync(ScratchKind kind, CancellationToken cancellationToken) =>
        await ScratchTable.CreateAsync(_clickHouse, QuotedName, kind, cancellationToken);

    /// <inheritdoc />
    public async Task SaveDuplicatesAsync(DuplicateState duplicates, CancellationToken cancellationToken)
    {
        // Neither given up half way nor overlooked by the next activation: it must not take effect after a later one.
        using var saving = _services.Inserts.Tables.Begin(_table.Database, Table);
        await _saved.SaveAsync(duplicates, CancellationToken.None);
    }

    /// <inheritdoc />
    public Task SaveSnapshotAsync(LiveSnapshot snapshot, CancellationToken cancellationToken) => _saved.SaveAsync(snapshot, cancellationToken);

    /// <summary>The live state from its snapshot and the rows after it; <see langword="null"/> when there is no snapshot that can be used.</summary>
    private async Task<RestoredLive?> RestoreAsync(IReadOnlyList<TableColumn> columns, CancellationToken cancellationToken)
    {
        if (_saved.TryFitSnapshot(columns) is not { } snapshot)
        {
            return null;
        }

        var restored = await new LiveRebuild(_clickHouse, _services.Time).FromSnapshotAsync(snapshot, QuotedName, cancellationToken);
        if (restored is null)
        {
            _saved.LogTableChanged();
        }

        return restored;
    }
}
