namespace Analytics.Client;

/// <summary>What course of a metric is asked for; what is left out the server decides.</summary>
public sealed record SeriesQuery
{
    /// <summary>Event times from this one on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Event times before this one.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Length of an interval: <c>30s</c>, <c>5m</c>, <c>1h</c>, <c>1d</c>.</summary>
    public string? Step { get; init; }

    /// <summary><c>count</c>, <c>sum</c>, <c>avg</c>, <c>min</c>, <c>max</c>, <c>unique</c>, <c>p50</c>, <c>p90</c> or <c>p99</c>.</summary>
    public string Agg { get; init; } = "count";

    /// <summary>What is aggregated; rows are counted without it.</summary>
    public string? Field { get; init; }

    /// <summary>A series for each of the most frequent values of this field.</summary>
    public string? By { get; init; }

    /// <summary>As many of them at most, 1-100.</summary>
    public int? Groups { get; init; }

    /// <summary>Days and hours begin as in this time zone, for example <c>Europe/Zurich</c>.</summary>
    public string? TimeZone { get; init; }
}
