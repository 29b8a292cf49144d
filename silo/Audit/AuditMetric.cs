namespace Analytics.Silo.Audit;

/// <summary>What was found of one table.</summary>
/// <param name="Project">The project.</param>
/// <param name="Metric">The metric; dead letters are the metric <c>dead_letters</c> of project <c>analytics</c>.</param>
/// <param name="Counts">The counts.</param>
internal sealed record AuditMetric(string Project, string Metric, AuditCounts Counts)
{
    /// <summary>The live total; only from a running silo.</summary>
    public long? LiveTotal { get; init; }

    /// <summary>Rows of the whole table; only from a running silo.</summary>
    public long? TableRows { get; init; }

    /// <summary>What the live total is ahead of the table, beyond events that arrived while it was compared; 0 is right.</summary>
    public long? Drift { get; init; }

    /// <summary>Fields whose live state is not what the table gives, in words; only of a deep audit.</summary>
    public IReadOnlyList<string>? Differences { get; init; }

    /// <summary>Why the live state was not compared, when it could not be.</summary>
    public string? NotCompared { get; init; }

    /// <summary>Whether there is no fault.</summary>
    public bool IsClean() => Counts.IsClean() && (Drift ?? 0) == 0 && Differences is not { Count: > 0 };
}
