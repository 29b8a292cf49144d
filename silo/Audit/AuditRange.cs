namespace Analytics.Silo.Audit;

/// <summary>Which log records are audited; all of them without any bound. Offsets and times are not given together.</summary>
internal sealed record AuditRange
{
    /// <summary>Only this partition; all of them without it.</summary>
    public int? Partition { get; init; }

    /// <summary>The first offset; only with <see cref="Partition"/>.</summary>
    public long? FromOffset { get; init; }

    /// <summary>The offset after the last; only with <see cref="Partition"/>. Without it: up to the end of the log when the audit began.</summary>
    public long? ToOffset { get; init; }

    /// <summary>Records received at this time or later, UTC milliseconds since 1970.</summary>
    public long? FromMs { get; init; }

    /// <summary>Records received before this time.</summary>
    public long? ToMs { get; init; }

    /// <summary>Whether a record received at this time is in the range.</summary>
    public bool Holds(long receivedMs) => receivedMs >= (FromMs ?? long.MinValue) && receivedMs < (ToMs ?? long.MaxValue);
}
