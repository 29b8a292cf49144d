using System.Diagnostics.CodeAnalysis;
using Analytics.GrainInterfaces;
using Analytics.Silo.Http.Read;

namespace Analytics.Silo.Http.Watch;

/// <summary>The metrics that somebody watches now.</summary>
internal sealed class MetricWatches(IActors actors, HttpOptions options, ILogger<MetricWatches> logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, MetricWatch> _watches = new(StringComparer.Ordinal);
    private int _watchers;

    /// <summary>Watchers of all metrics.</summary>
    public int WatcherCount => Volatile.Read(ref _watchers);

    /// <summary>One watcher more; he gives it back with <see cref="CloseAsync"/>.</summary>
    /// <returns>Whether there is room for him.</returns>
    public bool TryOpen(string project, string metric, [NotNullWhen(true)] out MetricWatch? watch)
    {
        lock (_gate)
        {
            watch = null;
            if (_watchers >= options.WatchersMax)
            {
                return false;
            }

            var key = MetricKey.Of(project, metric);
            if (!_watches.TryGetValue(key, out watch))
            {
                _watches.Add(key, watch = new MetricWatch(actors.Metric(project, metric), TimeSpan.FromSeconds(1.0 / options.WatchChangesPerSecond), logger));
            }

            watch.Watchers++;
            _watchers++;
            return true;
        }
    }

    /// <summary>One watcher less; the last one ends the enumeration.</summary>
    public async Task CloseAsync(string project, string metric, MetricWatch watch)
    {
        lock (_gate)
        {
            _watchers--;
            if (--watch.Watchers > 0)
            {
                return;
            }

            _watches.Remove(MetricKey.Of(project, metric));
        }

        await watch.DisposeAsync();
    }
}
