using Analytics.GrainInterfaces.Schema;
using Orleans;
using Orleans.CodeGeneration;

namespace Analytics.GrainInterfaces;

/// <summary>The actor of one project, key = project name. Knows the project's metrics.</summary>
[Alias("analytics.IProjectGrain"), Version(1)]
public interface IProjectGrain : IGrainWithStringKey
{
    /// <summary>Remembers a metric, durably. Called by the metric's actor before its first row is acknowledged; repeating it is harmless.</summary>
    [Alias("RegisterMetric")]
    Task RegisterMetricAsync(string metric);

    /// <summary>Names of the project's metrics, sorted by ordinal; empty for an unknown project.</summary>
    [Alias("ListMetrics")]
    Task<string[]> ListMetricsAsync();

    /// <summary>How long its metrics keep rows where they decide nothing else; <see langword="null"/> for ever.</summary>
    [Alias("GetRetention")]
    Task<RetentionPolicy?> GetRetentionAsync();

    /// <summary>Decides that, durably, and tells each of its metrics.</summary>
    /// <param name="policy">The policy; <see langword="null"/> for ever.</param>
    /// <returns>Why it is not taken, or which metrics could not be told: they are when they start next. <see langword="null"/> when all is done.</returns>
    [Alias("SetRetention")]
    Task<SettingsRefusal?> SetRetentionAsync(RetentionPolicy? policy);
}
