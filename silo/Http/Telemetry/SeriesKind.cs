namespace Analytics.Silo.Http.Telemetry;

/// <summary>What Prometheus calls a family of series.</summary>
internal enum SeriesKind
{
    /// <summary>Only grows.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Counts by bucket.</summary>
    Histogram,
}
