using Analytics.Grains.Metrics.Activities;

namespace Analytics.Silo.Http.Overview;

/// <summary>Events a second of every metric, from what they had taken at two moments. One caller at a time.</summary>
internal sealed class EventRates(MetricActivities activities, TimeProvider time)
{
    // After a longer time without a call what came meanwhile is nobody's last second.
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(5);

    private readonly Dictionary<MetricActivity, long> _taken = new(ReferenceEqualityComparer.Instance);
    private long? _at;

    /// <summary>Events a second since the call before, of those metrics that had any; the first call, and one after a pause, give none.</summary>
    public IReadOnlyDictionary<MetricActivity, long> Measure()
    {
        var now = time.GetTimestamp();
        var since = _at is { } at ? time.GetElapsedTime(at, now) : TimeSpan.MaxValue;
        _at = now;
        var rates = new Dictionary<MetricActivity, long>(ReferenceEqualityComparer.Instance);
        foreach (var activity in activities.All)
        {
            var taken = activity.Taken;
            var before = _taken.GetValueOrDefault(activity);
            if (taken == before)
            {
                continue;
            }

            _taken[activity] = taken;
            if (since > TimeSpan.Zero && since <= PauseMax)
            {
                rates[activity] = (long)Math.Round((taken - before) / since.TotalSeconds);
            }
        }

        return rates;
    }
}
