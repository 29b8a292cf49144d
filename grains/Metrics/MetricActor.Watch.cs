using System.Runtime.CompilerServices;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.Views;

namespace Analytics.Grains.Metrics;

/// <content>Telling those who watch of changes.</content>
internal sealed partial class MetricActor
{
    // Rates fall although nothing comes.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private TaskCompletionSource _change = NewSignal();
    private int _watchers;

    /// <summary>The live state, and again whenever it has changed, at most once an interval; begins with the metric's first event.</summary>
    /// <param name="interval">Between two of them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<MetricSnapshot> WatchAsync(TimeSpan interval, CancellationToken cancellationToken) => WatchAsync<MetricSnapshot>(
        shown => _pipeline.Exists && _pipeline.Describe() is var now && (shown is null || IsOther(now, shown)) ? now : null, interval, cancellationToken);

    /// <summary>A view, and again whenever it has changed, at most once an interval; begins when there is one.</summary>
    /// <param name="name">The view's name.</param>
    /// <param name="interval">Between two of them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<ViewSnapshot> WatchViewAsync(string name, TimeSpan interval, CancellationToken cancellationToken)
    {
        // Reading a view is work for each of its groups: whether it is other than before is known without.
        ViewStamp? last = null;
        return WatchAsync<ViewSnapshot>(
            _ =>
            {
                var stamp = StampOf(name);
                var isOther = stamp is not null && stamp != last;
                last = stamp;
                return isOther ? ReadView(name) : null;
            },
            interval, cancellationToken);
    }

    /// <summary>A state, and again whenever it has changed, at most once an interval.</summary>
    /// <param name="next">The state when it is other than the one that was shown last; <see langword="null"/> when it is not, or there is none.</param>
    /// <param name="interval">Between two of them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async IAsyncEnumerable<T> WatchAsync<T>(Func<T?, T?> next, TimeSpan interval, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        await EnsureLoadedAsync();
        _watchers++;
        try
        {
            T? shown = null;
            while (true)
            {
                ThrowIfBroken();
                var change = _change.Task;
                if (next(shown) is { } now)
                {
                    shown = now;
                    yield return now;
                    await Task.Delay(interval, _services.Time, ending.Token);
                }

                await Task.WhenAny(change, Task.Delay(LookEvery, _services.Time, ending.Token));
                ending.Token.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            _watchers--;
        }
    }

    private ViewStamp? StampOf(string view) => _pipeline.Views.Find(view) is { } state
        ? ViewStamp.Of(state, _services.Time.GetUtcNow().ToUnixTimeMilliseconds(), _sinks?.Describe(view) ?? [])
        : null;

    /// <summary>The live state may have changed.</summary>
    private void NoteChange()
    {
        if (_watchers > 0)
        {
            var change = _change;
            _change = NewSignal();
            change.TrySetResult();
        }
    }

    // Whatever changes, changes one of these.
    private static bool IsOther(MetricSnapshot now, MetricSnapshot shown) =>
        (now.Total, now.Duplicates, now.RateSecond, now.RateMinute, now.DurableRows, now.Drift, now.Fields.Length)
        != (shown.Total, shown.Duplicates, shown.RateSecond, shown.RateMinute, shown.DurableRows, shown.Drift, shown.Fields.Length)
        || !ReferenceEquals(now.Alerts, shown.Alerts);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
