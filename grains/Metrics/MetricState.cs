using Orleans;

namespace Analytics.Grains.Metrics;

/// <summary>What of a metric is not in its table.</summary>
[GenerateSerializer, Alias("analytics.MetricState")]
public sealed class MetricState
{
    /// <summary>Events dropped because an earlier one had the same id.</summary>
    [Id(0)]
    public long Duplicates { get; set; }
}
