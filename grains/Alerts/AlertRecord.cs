namespace Analytics.Grains.Alerts;

/// <summary>A row of <c>analytics.alerts</c>: what became of an alert at one moment. Immutable but for <see cref="Delivery"/>, which later versions of the row tell.</summary>
internal sealed record AlertRecord
{
    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The metric.</summary>
    public required string Metric { get; init; }

    /// <summary>The alert's name.</summary>
    public required string Alert { get; init; }

    /// <summary>Ascends from record to record of an alert; at least the time of the record in UTC milliseconds, so that it does across a deletion too.</summary>
    public required long Number { get; init; }

    /// <summary>What happened: one of <see cref="AlertEvents"/>.</summary>
    public required string Event { get; init; }

    /// <summary>Whether the alert is raised from then on.</summary>
    public required bool IsRaised { get; init; }

    /// <summary>Since when it is or is not, UTC milliseconds since 1970.</summary>
    public required long SinceMs { get; init; }

    /// <summary>When this happened, UTC milliseconds since 1970.</summary>
    public required long TimeMs { get; init; }

    /// <summary>The number by then; <see langword="null"/> when there was none.</summary>
    public double? Value { get; init; }

    /// <summary>What it was compared with; <see langword="null"/> when there was nothing.</summary>
    public double? Threshold { get; init; }

    /// <summary>What is so, for people.</summary>
    public required string Message { get; init; }

    /// <summary>The definition as JSON, without its secret.</summary>
    public required string Definition { get; init; }

    /// <summary>What became of telling the webhook: one of <see cref="AlertDeliveries"/>.</summary>
    public required string Delivery { get; init; }

    /// <summary>Names the delivery: the same however often it is tried.</summary>
    public string Id => AlertId.Of(Project, Metric, Alert, Number);
}
