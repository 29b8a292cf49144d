namespace Analytics.Silo.Audit;

/// <summary>Counts by kind.</summary>
internal sealed class AuditCounter
{
    private readonly long[] _counts = new long[Enum.GetValues<AuditKind>().Length];

    /// <summary>Adds to one of them.</summary>
    public void Add(AuditKind kind, long count) => _counts[(int)kind] += count;

    /// <summary>The counts as they are now.</summary>
    public AuditCounts Describe() => new(
        Of(AuditKind.Inputs), Of(AuditKind.Rows), Of(AuditKind.Duplicates), Of(AuditKind.Refused), Of(AuditKind.Pending),
        Of(AuditKind.Missing), Of(AuditKind.Doubled), Of(AuditKind.Changed), Of(AuditKind.Unexplained), Of(AuditKind.Unreadable));

    private long Of(AuditKind kind) => _counts[(int)kind];
}
