using Analytics.GrainInterfaces;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Tables;

namespace Analytics.Silo.Audit;

/// <summary>One metric's table, and which offsets of it were compared.</summary>
internal sealed class AuditTable
{
    private readonly Dictionary<int, OffsetSpans> _compared = [];

    /// <summary>The table of a metric, there or not.</summary>
    /// <param name="key">The metric's key.</param>
    public AuditTable(string key)
    {
        Key = key;
        (Project, var metric) = MetricKey.Split(key);
        Name = TableName.Of(Project, metric);
        QuotedName = SqlText.Table(Project, Name);
    }

    /// <summary>The metric's key.</summary>
    public string Key { get; }

    /// <summary>The database.</summary>
    public string Project { get; }

    /// <summary>The unquoted name.</summary>
    public string Name { get; }

    /// <summary>Database and table, quoted.</summary>
    public string QuotedName { get; }

    /// <summary>Notes that offsets were compared, later ones after earlier ones.</summary>
    public void AddCompared(AuditWindow window)
    {
        if (!_compared.TryGetValue(window.Partition, out var spans))
        {
            _compared.Add(window.Partition, spans = new OffsetSpans());
        }

        spans.Add(window.FromOffset, window.ToOffset);
    }

    /// <summary>The offsets compared in a partition; <see langword="null"/> when there are none.</summary>
    public OffsetSpans? Compared(int partition) => _compared.GetValueOrDefault(partition);
}
