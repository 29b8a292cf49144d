using Orleans;

namespace Analytics.GrainInterfaces;

/// <summary>The actor of one project, key = project name. Knows the project's metrics.</summary>
[Alias("analytics.IProjectGrain")]
public interface IProjectGrain : IGrainWithStringKey
{
    /// <summary>Remembers a metric, durably. Called by the metric's actor before its first row is acknowledged; repeating it is harmless.</summary>
    [Alias("RegisterMetric")]
    Task RegisterMetricAsync(string metric);

    /// <summary>Names of the project's metrics, sorted by ordinal; empty for an unknown project.</summary>
    [Alias("ListMetrics")]
    Task<string[]> ListMetricsAsync();
}
