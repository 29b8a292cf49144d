using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;
using Analytics.Grains.Live.Snapshot;
using Analytics.Grains.Metrics;
using Analytics.Grains.Tables;

namespace Analytics.Tests.Simulation;

/// <summary>A metric's store on the simulated database. Statements run in the silo, not in the activation: they outlive it.</summary>
internal sealed class SimStore(SimDatabase database, SimDomain silo, string project, string metric) : IMetricStore
{
    private readonly string _key = $"{project}/{metric}";
    private IReadOnlyList<TableColumn> _columns = [];

    public string Table => metric;

    public string QuotedName => _key;

    public bool Has(TableColumn column) => _columns.Contains(column);

    public Task<StoredMetric> LoadAsync(CancellationToken cancellationToken) => RunAsync(Load, "load", cancellationToken);

    public Task<IReadOnlyDictionary<int, long>?> ReadPositionsAsync(CancellationToken cancellationToken) => RunAsync<IReadOnlyDictionary<int, long>?>(
        () => database.Tables.TryGetValue(_key, out var table) && !database.IsBlind ? table.Positions(database.PositionsAhead) : null, "positions", cancellationToken);

    public Task<long> CountAsync(CancellationToken cancellationToken) =>
        RunAsync(() => database.Tables.TryGetValue(_key, out var table) ? table.Count : 0, "count", cancellationToken);

    public Task<IReadOnlyDictionary<long, long>> CountByDayAsync(CancellationToken cancellationToken) => throw new NotSupportedException("Nothing expires here.");

    public Task<SettingsRefusal?> KeepAsync(RetentionPolicy policy, CancellationToken cancellationToken) => throw new NotSupportedException("Nothing expires here.");

    public Task StartPromotionAsync(TableColumn column, CancellationToken cancellationToken) => throw new NotSupportedException("Nothing is promoted here.");

    public Task<MutationProgress?> ReadPromotionAsync(TableColumn column, CancellationToken cancellationToken) => throw new NotSupportedException("Nothing is promoted here.");

    public Task StopPromotionAsync(TableColumn column, CancellationToken cancellationToken) => throw new NotSupportedException("Nothing is promoted here.");

    public bool HasLostData => false;

    public bool HasManyTexts(string field) => false;

    public void NoteManyTexts(string field)
    {
    }

    public Task EnsureAsync(IReadOnlyList<TableColumn> wanted, CancellationToken cancellationToken) =>
        wanted.All(Has) && _columns.Count > 0 && database.Tables.ContainsKey(_key)
            ? Task.CompletedTask
            : RunAsync(
                () =>
                {
                    if (!database.Tables.TryGetValue(_key, out var table))
                    {
                        database.Tables.Add(_key, table = new SimTable());
                    }

                    table.Ensure(wanted);
                    _columns = [.. table.Columns];
                    return 0;
                },
                "ensure",
                cancellationToken);

    public void Forget() => _columns = [];

    public Task<IScratchTable> CreateScratchAsync(ScratchKind kind, CancellationToken cancellationToken) =>
        RunAsync<IScratchTable>(() => new SimScratch(database, silo, _key), "makes a scratch table", cancellationToken);

    public Task InsertAsync(PendingBlock block, InsertTurn turn, CancellationToken cancellationToken) => silo.CallAsync(
        () => database.RunAsync(() => database.Tables[_key].Write(block, database.WriteTimes()), $"{_key} insert {block.DeduplicationToken}"));

    public Task SaveDuplicatesAsync(DuplicateState duplicates, CancellationToken cancellationToken) => silo.CallAsync(
        () => database.RunAsync(
            () => database.Duplicates[_key] = database.IsForgetful ? DuplicateState.None : duplicates, $"{_key} save duplicates {duplicates.Next.Total} with {string.Join(' ', duplicates.Proof)}"));

    public Task SaveSettingsAsync(MetricSettings settings, CancellationToken cancellationToken) =>
        RunAsync(() => database.Settings[_key] = settings, "save settings", cancellationToken);

    public Task SaveSnapshotAsync(LiveSnapshot snapshot, CancellationToken cancellationToken) =>
        RunAsync(() => database.Snapshots[_key] = snapshot, "save snapshot", cancellationToken);

    private MetricSettings Settings => database.Settings.GetValueOrDefault(_key, MetricSettings.None);

    private Task<T> RunAsync<T>(Func<T> effect, string what, CancellationToken cancellationToken) =>
        silo.CallAsync(() => database.RunAsync(effect, $"{_key} {what}")).WaitAsync(cancellationToken);

    private StoredMetric Load()
    {
        var duplicates = database.Duplicates.GetValueOrDefault(_key, DuplicateState.None);
        var ids = new IdWindow(1_000_000, TimeSpan.FromDays(7));
        if (!database.Tables.TryGetValue(_key, out var table))
        {
            return new StoredMetric(null, new LiveMetric(), new Dictionary<int, long>(), 0, duplicates, ids) { Settings = Settings };
        }

        _columns = [.. table.Columns];
        foreach (var (batch, row) in table.Batches.SelectMany(rows => (rows.Rows ?? Enumerable.Range(0, rows.Batch.Count)).Select(row => (rows.Batch, row))))
        {
            if (!batch.IdAt(row).IsEmpty)
            {
                ids.TryAdd(batch.IdAt(row), batch.Received[row]);
            }
        }

        var fromSnapshot = FromSnapshot(table);
        var live = fromSnapshot ?? Replay(new LiveMetric(), table.Batches.SkipLast(database.LoadsWithout));
        return new StoredMetric(
            new TableDescription(_columns, []), live, table.Positions(database.PositionsAhead), table.LastInsertedSeconds, duplicates, ids, fromSnapshot is not null)
        {
            Settings = Settings,
        };
    }

    private LiveMetric? FromSnapshot(SimTable table)
    {
        if (!database.Snapshots.TryGetValue(_key, out var bytes) || !LiveSnapshotCodec.TryRead(bytes.Bytes, _columns, out var snapshot, out _))
        {
            return null;
        }

        var after = table.After(new Dictionary<int, PartitionEnd>(snapshot.Live.Ends), snapshot.InsertedSeconds).ToList();
        database.SnapshotLoads++;
        if (snapshot.Live.Total + after.Sum(rows => rows.Count) != table.Count)
        {
            throw new InvalidOperationException($"{_key}: a snapshot of {snapshot.Live.Total} rows and {after.Sum(rows => rows.Count)} after it are not the table's {table.Count}.");
        }

        return Replay(snapshot.Live, after);
    }

    private LiveMetric Replay(LiveMetric live, IEnumerable<BatchRows> batches)
    {
        var plan = new TablePlan(_columns, 500, []);
        foreach (var rows in batches)
        {
            live.Apply(rows, plan);
        }

        return live;
    }
}
