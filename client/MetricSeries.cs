namespace Analytics.Client;

/// <summary>A metric's course over event time.</summary>
public sealed record MetricSeries
{
    /// <summary>What is aggregated how: <c>count</c>, <c>sum</c> …</summary>
    public required string Agg { get; init; }

    /// <summary>The aggregated field.</summary>
    public string? Field { get; init; }

    /// <summary>The field whose values have a series each.</summary>
    public string? By { get; init; }

    /// <summary>Event times from this one on.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Event times before this one.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Length of an interval, as <c>1m</c>.</summary>
    public required string Step { get; init; }

    /// <summary>The time zone of days and hours.</summary>
    public required string Tz { get; init; }

    /// <summary>One, or one a group.</summary>
    public required IReadOnlyList<SeriesGroup> Series { get; init; }
}
