namespace Analytics.Silo.Http.Overview;

/// <summary>The whole server at one moment.</summary>
internal sealed record OverviewReading
{
    /// <summary>When, UTC milliseconds since 1970.</summary>
    public required long TimeMs { get; init; }

    /// <summary>Events of the last second, of all metrics.</summary>
    public required long EventsSecond { get; init; }

    /// <summary>Milliseconds from arrival to live state, the longest of the metrics that took events lately; <see langword="null"/> when none did.</summary>
    public required long? FreshnessMs { get; init; }

    /// <summary>Rows by which tables and live states differ, as last measured.</summary>
    public required long Drift { get; init; }

    /// <summary>Dead letters there are.</summary>
    public required long DeadLetters { get; init; }

    /// <summary>The log's partitions.</summary>
    public required PartitionReading[] Partitions { get; init; }

    /// <summary>Active parts of the tables.</summary>
    public required long Parts { get; init; }

    /// <summary>What is on disk, all projects together.</summary>
    public required TableSize Tables { get; init; }

    /// <summary>Inserts since the start.</summary>
    public required long Inserts { get; init; }

    /// <summary>Inserts of the last second.</summary>
    public required long InsertsSecond { get; init; }

    /// <summary>Inserts that failed since the start; each is repeated.</summary>
    public required long InsertFailures { get; init; }

    /// <summary>Inserts that wait for their turn.</summary>
    public required int InsertsWaiting { get; init; }

    /// <summary>Milliseconds that the longest of them has waited.</summary>
    public required long InsertsWaitMs { get; init; }

    /// <summary>Every project, by name.</summary>
    public required ProjectReading[] Projects { get; init; }

    /// <summary>The metrics of those projects that somebody watches, by project and name.</summary>
    public required IReadOnlyDictionary<string, MetricReading[]> Watched { get; init; }
}
