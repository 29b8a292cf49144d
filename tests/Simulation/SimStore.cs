using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;
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

    public Task<StoredMetric> LoadAsync(CancellationToken cancellationToken) => RunAsync(
        () =>
        {
            var duplicates = database.Duplicates.GetValueOrDefault(_key, DuplicateState.None);
            var ids = new IdWindow(1_000_000);
            if (!database.Tables.TryGetValue(_key, out var table))
            {
                return new StoredMetric(null, new LiveMetric(), new Dictionary<int, long>(), 0, duplicates, ids);
            }

            _columns = [.. table.Columns];
            var live = new LiveMetric();
            var plan = new TablePlan(_columns, 500, []);
            foreach (var rows in table.Batches)
            {
                live.Apply(rows, plan);
                foreach (var row in rows.Rows ?? Enumerable.Range(0, rows.Batch.Count))
                {
                    if (!rows.Batch.IdAt(row).IsEmpty)
                    {
                        ids.TryAdd(rows.Batch.IdAt(row));
                    }
                }
            }

            return new StoredMetric(
                new TableDescription(_columns, []), live, table.Positions(database.PositionsAhead), table.LastInsertedSeconds, duplicates, ids);
        },
        "load",
        cancellationToken);

    public Task<IReadOnlyDictionary<int, long>?> ReadPositionsAsync(CancellationToken cancellationToken) => RunAsync<IReadOnlyDictionary<int, long>?>(
        () => database.Tables.TryGetValue(_key, out var table) ? table.Positions(database.PositionsAhead) : null, "positions", cancellationToken);

    public Task<long> CountAsync(CancellationToken cancellationToken) =>
        RunAsync(() => database.Tables.TryGetValue(_key, out var table) ? table.Count : 0, "count", cancellationToken);

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

    public Task InsertAsync(PendingBlock block, InsertTurn turn, CancellationToken cancellationToken) => silo.CallAsync(
        () => database.RunAsync(() => database.Tables[_key].Write(block, database.WriteTimes()), $"{_key} insert {block.DeduplicationToken}"));

    public Task SaveDuplicatesAsync(DuplicateState duplicates, CancellationToken cancellationToken) => silo.CallAsync(
        () => database.RunAsync(
            () => database.Duplicates[_key] = duplicates, $"{_key} save duplicates {duplicates.Next.Total} with {string.Join(' ', duplicates.Proof)}"));

    public Task SaveSnapshotAsync(LiveSnapshot snapshot, CancellationToken cancellationToken) =>
        RunAsync(() => database.Snapshots[_key] = snapshot, "save snapshot", cancellationToken);

    private Task<T> RunAsync<T>(Func<T> effect, string what, CancellationToken cancellationToken) =>
        silo.CallAsync(() => database.RunAsync(effect, $"{_key} {what}")).WaitAsync(cancellationToken);
}
