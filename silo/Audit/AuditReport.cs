namespace Analytics.Silo.Audit;

/// <summary>What an audit found.</summary>
/// <param name="IsClean">Whether there is no fault at all.</param>
/// <param name="Range">What was audited.</param>
/// <param name="ElapsedMs">Milliseconds it took.</param>
/// <param name="Events">Events decoded.</param>
/// <param name="DeadLetters">Dead letters decoded.</param>
/// <param name="Total">The counts of all tables.</param>
/// <param name="Partitions">By partition.</param>
/// <param name="Metrics">By table, sorted by name.</param>
/// <param name="Faults">The first examples of each kind of fault.</param>
internal sealed record AuditReport(
    bool IsClean,
    AuditRange Range,
    long ElapsedMs,
    long Events,
    long DeadLetters,
    AuditCounts Total,
    IReadOnlyList<AuditPartition> Partitions,
    IReadOnlyList<AuditMetric> Metrics,
    IReadOnlyList<AuditFault> Faults)
{
    /// <summary>The same report with more known of its metrics.</summary>
    public AuditReport With(IReadOnlyList<AuditMetric> metrics) =>
        this with { Metrics = metrics, IsClean = Total.IsClean() && metrics.All(metric => metric.IsClean()) };
}
