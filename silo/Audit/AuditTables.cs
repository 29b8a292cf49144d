using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;

namespace Analytics.Silo.Audit;

/// <summary>The tables of an audit: those of all metrics that are known, and of those met in the log.</summary>
internal sealed class AuditTables(IClickHouse clickHouse)
{
    private readonly Dictionary<string, AuditTable> _tables = new(StringComparer.Ordinal);
    private HashSet<(string Database, string Table)> _existing = [];

    /// <summary>The tables that are there.</summary>
    public IEnumerable<AuditTable> Existing => _tables.Values.Where(Exists);

    /// <summary>Reads which metrics and which tables there are.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await ReadExistingAsync(cancellationToken);
        Of(MetricKey.Of(DeadLetterFields.Project, DeadLetterFields.Metric));
        foreach (var row in await clickHouse.ReadRowsAsync("SELECT DISTINCT project, metric FROM analytics.metrics", null, cancellationToken))
        {
            Of(MetricKey.Of(row[0]!, row[1]!));
        }
    }

    /// <summary>The tables of some batches, by their order; looks again which are there when one seems not to be.</summary>
    public async Task<AuditTable[]> OfAsync(IReadOnlyList<EventBatch> batches, CancellationToken cancellationToken)
    {
        var tables = batches.Select(batch => Of(batch.Key)).ToArray();
        if (!tables.All(Exists))
        {
            await ReadExistingAsync(cancellationToken);
        }

        return tables;
    }

    /// <summary>Whether a table is there, as far as was last read.</summary>
    public bool Exists(AuditTable table) => _existing.Contains((table.Project, table.Name));

    private async Task ReadExistingAsync(CancellationToken cancellationToken)
    {
        var rows = await clickHouse.ReadRowsAsync(
            "SELECT database, name FROM system.tables WHERE database NOT IN ('system', 'information_schema', 'INFORMATION_SCHEMA')", null, cancellationToken);
        _existing = [.. rows.Select(row => (row[0]!, row[1]!))];
    }

    private AuditTable Of(string key)
    {
        if (!_tables.TryGetValue(key, out var table))
        {
            _tables.Add(key, table = new AuditTable(key));
        }

        return table;
    }
}
