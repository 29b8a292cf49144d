using System.Collections;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Utilities;

/// <summary>Observers of a grain, by reference; each must subscribe again before it expires.</summary>
/// <param name="expiration">How long a subscription holds.</param>
/// <param name="log">Where removals are logged.</param>
public class ObserverManager<TObserver>(TimeSpan expiration, ILogger log) : ObserverManager<IAddressable, TObserver>(expiration, log);

/// <summary>Observers of a grain, by an identity; each must subscribe again before it expires.</summary>
/// <param name="expiration">How long a subscription holds.</param>
/// <param name="log">Where removals are logged.</param>
public class ObserverManager<TIdentity, TObserver>(TimeSpan expiration, ILogger log) : IEnumerable<TObserver>
    where TIdentity : notnull
{
    // Replaced, not changed, so that observers may come and go while others are notified.
    private Dictionary<TIdentity, (TObserver Observer, DateTime LastSeen)> _observers = [];

    /// <summary>The clock.</summary>
    public Func<DateTime> GetDateTime { get; set; } = () => DateTime.UtcNow;

    /// <summary>How long a subscription holds.</summary>
    public TimeSpan ExpirationDuration { get; set; } = expiration;

    /// <summary>Number of observers, expired ones that were not noticed yet included.</summary>
    public int Count => _observers.Count;

    /// <summary>The observers.</summary>
    public IReadOnlyDictionary<TIdentity, TObserver> Observers => _observers.ToDictionary(pair => pair.Key, pair => pair.Value.Observer);

    /// <summary>Adds an observer, or renews it.</summary>
    public void Subscribe(TIdentity id, TObserver observer) => _observers = new(_observers) { [id] = (observer, GetDateTime()) };

    /// <summary>Removes an observer.</summary>
    public void Unsubscribe(TIdentity id) => Remove([id]);

    /// <summary>Removes all observers.</summary>
    public void Clear() => _observers = [];

    /// <summary>Removes the expired observers.</summary>
    public void ClearExpired() => Remove([.. _observers.Where(pair => IsExpired(pair.Value.LastSeen, GetDateTime())).Select(pair => pair.Key)]);

    /// <summary>Calls every observer; those that throw or have expired are removed.</summary>
    public void Notify(Action<TObserver> notification, Func<TObserver, bool>? predicate = null)
    {
        var defunct = new List<TIdentity>();
        foreach (var (id, observer) in Live(predicate, defunct))
        {
            try
            {
                notification(observer);
            }
            catch (Exception)
            {
                defunct.Add(id);
            }
        }

        Remove(defunct);
    }

    /// <summary>Calls every observer, one after the other; those that throw or have expired are removed.</summary>
    public async Task Notify(Func<TObserver, Task> notification, Func<TObserver, bool>? predicate = null)
    {
        var defunct = new List<TIdentity>();
        foreach (var (id, observer) in Live(predicate, defunct))
        {
            try
            {
                await notification(observer);
            }
            catch (Exception)
            {
                defunct.Add(id);
            }
        }

        Remove(defunct);
    }

    /// <inheritdoc/>
    public IEnumerator<TObserver> GetEnumerator() => _observers.Values.Select(entry => entry.Observer).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerable<(TIdentity Id, TObserver Observer)> Live(Func<TObserver, bool>? predicate, List<TIdentity> defunct)
    {
        var now = GetDateTime();
        foreach (var (id, (observer, lastSeen)) in _observers)
        {
            if (IsExpired(lastSeen, now))
            {
                defunct.Add(id);
            }
            else if (predicate?.Invoke(observer) != false)
            {
                yield return (id, observer);
            }
        }
    }

    private bool IsExpired(DateTime lastSeen, DateTime now) => lastSeen + ExpirationDuration < now;

    private void Remove(List<TIdentity> ids)
    {
        if (ids.Count == 0)
        {
            return;
        }

        var left = new Dictionary<TIdentity, (TObserver, DateTime)>(_observers);
        ids.ForEach(id => left.Remove(id));
        _observers = left;
        ObserverLog.Removed(log, ids.Count, left.Count);
    }
}

internal static partial class ObserverLog
{
    [LoggerMessage(EventId = 9020, Level = LogLevel.Debug, Message = "Removed {Count} observers; {Left} are left.")]
    public static partial void Removed(ILogger logger, int count, int left);
}
