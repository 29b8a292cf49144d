namespace Analytics.Grains.Telemetry;

/// <summary>Which names the counters of rows carry as labels.</summary>
public enum MetricLabels
{
    /// <summary>None: a series each, whatever there is.</summary>
    None,

    /// <summary>The project: a series a project.</summary>
    Project,

    /// <summary>Project and metric: a series a metric.</summary>
    Metric,
}
