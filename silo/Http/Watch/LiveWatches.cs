using System.Diagnostics.CodeAnalysis;

namespace Analytics.Silo.Http.Watch;

/// <summary>The live states, of metrics and of views, that somebody watches now.</summary>
internal sealed class LiveWatches(HttpOptions options, TimeProvider time, ILogger<LiveWatches> logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LiveWatch> _watches = new(StringComparer.Ordinal);
    private int _watchers;

    /// <summary>Watchers of all of them.</summary>
    public int WatcherCount => Volatile.Read(ref _watchers);

    /// <summary>One watcher more; he gives it back with <see cref="CloseAsync"/>.</summary>
    /// <returns>Whether there is room for him.</returns>
    public bool TryOpen(WatchSource source, [NotNullWhen(true)] out LiveWatch? watch)
    {
        lock (_gate)
        {
            watch = null;
            if (_watchers >= options.WatchersMax)
            {
                return false;
            }

            if (!_watches.TryGetValue(source.Key, out watch))
            {
                _watches.Add(source.Key, watch = new LiveWatch(source, time, logger));
            }

            watch.Watchers++;
            _watchers++;
            return true;
        }
    }

    /// <summary>One watcher less; the last one ends the enumeration.</summary>
    public async Task CloseAsync(WatchSource source, LiveWatch watch)
    {
        lock (_gate)
        {
            _watchers--;
            if (--watch.Watchers > 0)
            {
                return;
            }

            _watches.Remove(source.Key);
        }

        await watch.DisposeAsync();
    }
}
