using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Silo.Audit;

/// <summary>Where an audit notes what it finds.</summary>
internal sealed class AuditTally
{
    /// <summary>Examples kept of each kind of fault: enough to see a pattern.</summary>
    public const int ExamplesMax = 20;

    private readonly Dictionary<string, AuditCounter> _metrics = new(StringComparer.Ordinal);
    private readonly List<AuditFault> _faults = [];
    private readonly int[] _examples = new int[Enum.GetValues<AuditKind>().Length];
    private readonly SortedDictionary<int, AuditCounter> _partitions = [];
    private readonly AuditCounter _total = new();

    /// <summary>Counts.</summary>
    /// <param name="kind">What.</param>
    /// <param name="partition">Log partition.</param>
    /// <param name="metric">The metric's key; <see langword="null"/> when it is not known.</param>
    /// <param name="count">How many.</param>
    public void Count(AuditKind kind, int partition, string? metric, long count)
    {
        if (count == 0)
        {
            return;
        }

        _total.Add(kind, count);
        Partition(partition).Add(kind, count);
        if (metric is not null)
        {
            if (!_metrics.TryGetValue(metric, out var counter))
            {
                _metrics.Add(metric, counter = new AuditCounter());
            }

            counter.Add(kind, count);
        }
    }

    /// <summary>Whether another example of a kind is kept.</summary>
    public bool WantsExample(AuditKind kind) => _examples[(int)kind] < ExamplesMax;

    /// <summary>Keeps an example, unless there are enough.</summary>
    public void Example(AuditKind kind, int partition, long offset, long sequence, string? metric, string id, string detail)
    {
        if (!WantsExample(kind))
        {
            return;
        }

        _examples[(int)kind]++;
        var name = kind.ToString().ToLowerInvariant();
        var (project, metricName) = metric is null ? default((string?, string?)) : MetricKey.Split(metric);
        _faults.Add(new AuditFault(name, partition, offset, sequence, project, metricName, id, detail));
    }

    /// <summary>The counts of a partition.</summary>
    public AuditCounts Describe(int partition) => Partition(partition).Describe();

    /// <summary>Everything noted, as a report.</summary>
    public AuditReport Describe(AuditRange range, IReadOnlyList<AuditPartition> partitions, TimeSpan elapsed)
    {
        var metrics = _metrics.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => Metric(pair.Key, pair.Value)).ToArray();
        var total = _total.Describe();
        var deadLetters = _metrics.GetValueOrDefault(MetricKey.Of(DeadLetterFields.Project, DeadLetterFields.Metric))?.Describe().Inputs ?? 0;
        return new AuditReport(
            total.IsClean(), range, (long)elapsed.TotalMilliseconds, total.Inputs - deadLetters, deadLetters, total, partitions, metrics, _faults);
    }

    private static AuditMetric Metric(string key, AuditCounter counter)
    {
        var (project, metric) = MetricKey.Split(key);
        return new AuditMetric(project, metric, counter.Describe());
    }

    private AuditCounter Partition(int partition)
    {
        if (!_partitions.TryGetValue(partition, out var counter))
        {
            _partitions.Add(partition, counter = new AuditCounter());
        }

        return counter;
    }
}
