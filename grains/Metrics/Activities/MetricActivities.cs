using System.Collections.Concurrent;
using Analytics.GrainInterfaces;

namespace Analytics.Grains.Metrics.Activities;

/// <summary>
/// The metrics whose actors have been in this process, with what they counted last. Reading thousands of them is a walk through memory; asking their
/// actors would be thousands of calls.
/// </summary>
/// <param name="metricsMax">Metrics that are kept, 1 or more; further ones are counted nowhere.</param>
public sealed class MetricActivities(int metricsMax = MetricActivities.MetricsMaxDefault)
{
    /// <summary>An entry has some 250 bytes with its names: 250 MB at most, and far more metrics than a process serves.</summary>
    public const int MetricsMaxDefault = 1_000_000;

    private readonly ConcurrentDictionary<string, MetricActivity> _metrics = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Metrics that are kept.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>All of them, in no order. Safe while others are added.</summary>
    public IEnumerable<MetricActivity> All => _metrics.Select(static pair => pair.Value);

    /// <summary>A metric's entry: that of an earlier activation, or a new one.</summary>
    public MetricActivity Open(string project, string metric)
    {
        var key = MetricKey.Of(project, metric);
        if (_metrics.TryGetValue(key, out var known))
        {
            return known;
        }

        var activity = new MetricActivity(project, metric);
        if (Interlocked.Increment(ref _count) > metricsMax)
        {
            Interlocked.Decrement(ref _count);
            return activity;
        }

        if (_metrics.TryAdd(key, activity))
        {
            return activity;
        }

        Interlocked.Decrement(ref _count);
        return _metrics[key];
    }

    /// <summary>A metric's entry; <see langword="null"/> when its actor has not been here.</summary>
    public MetricActivity? Find(string project, string metric) => _metrics.GetValueOrDefault(MetricKey.Of(project, metric));
}
