using System.Text.Json.Serialization;

namespace Analytics.Client;

/// <summary>The live state of a metric.</summary>
public sealed record MetricState
{
    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The metric.</summary>
    public required string Metric { get; init; }

    /// <summary>Events taken.</summary>
    public required long Total { get; init; }

    /// <summary>Events dropped because an earlier one had the same id.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Events received later than a minute (or what the server is told) after their time; they are among the others.</summary>
    public long Late { get; init; }

    /// <summary>Earliest event time.</summary>
    public DateTimeOffset? First { get; init; }

    /// <summary>Latest event time.</summary>
    public DateTimeOffset? Last { get; init; }

    /// <summary>Events received lately.</summary>
    public required EventRate Rate { get; init; }

    /// <summary>What is in the table.</summary>
    public required DurableState Durable { get; init; }

    /// <summary>Milliseconds between the server receiving the newest event and this state having it.</summary>
    [JsonPropertyName("freshness_ms")]
    public required long FreshnessMs { get; init; }

    /// <summary>Fields by name.</summary>
    public required IReadOnlyDictionary<string, FieldState> Fields { get; init; }
}
