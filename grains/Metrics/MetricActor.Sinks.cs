using Analytics.GrainInterfaces.Views;
using Analytics.Grains.Views;
using Analytics.Grains.Views.Sinks;

namespace Analytics.Grains.Metrics;

/// <content>Closed windows of its views go to their sinks, beside the turn.</content>
internal sealed partial class MetricActor
{
    // Of calls that keep the actor in memory while a window is open; it would leave after a minute at the earliest.
    private static readonly TimeSpan SinkTimerMax = TimeSpan.FromSeconds(30);

    // Timers are not set to less.
    private static readonly TimeSpan SinkTimerMin = TimeSpan.FromMilliseconds(5);

    /// <summary>The time that was set has come.</summary>
    public Task OnSinkTimer()
    {
        if (!_isBroken && !_stopping.IsCancellationRequested && !_snapshots.IsDistrusted)
        {
            _sinks?.Start(_pipeline.SinkRowsOf, _host.RunAside, SetSinkTimer, _stopping.Token);
            SetSinkTimer();
        }

        return Task.CompletedTask;
    }

    private ViewSinks? NewSinks(string project, string metric) => _services.Sinks is { } shared
        ? new ViewSinks(
            shared, (view, sink) => shared.OpenSink(_services.ClickHouse, _services.Inserts, project, metric, view, sink), _services.Time, _services.Random, Key, _logger)
        : null;

    private void FollowSinks()
    {
        if (_sinks is not null)
        {
            _sinks.Follow(_pipeline.Settings.Views);
            SetSinkTimer();
        }
    }

    private void WakeSinks()
    {
        if (_sinks?.Wake() ?? false)
        {
            SetSinkTimer();
        }
    }

    private void SetSinkTimer()
    {
        if (_sinks?.DueIn is { } due && !_stopping.IsCancellationRequested)
        {
            _host.SetSinkTimer(due > SinkTimerMax ? SinkTimerMax : due < SinkTimerMin ? SinkTimerMin : due);
        }
    }

    private Task StopSinksAsync() => _sinks?.StopAsync() ?? Task.CompletedTask;

    private ViewSnapshot? ReadView(string name) => _pipeline.Views.Read(name) is { } snapshot
        ? snapshot with { Sinks = _sinks?.Describe(name) ?? [] }
        : null;

    /// <summary>The first window that is written: of a view that says the same as before still that one, of one that says something else the first that was not written yet.</summary>
    private long SinceOf(ViewDefinition view)
    {
        var before = Array.Find(_pipeline.Settings.Views, other => other.Name == view.Name);
        if (before is { Sinks.Length: > 0 })
        {
            return RollupShape.DefinitionOf(before) == RollupShape.DefinitionOf(view) && view.Sinks.Length > 0
                ? before.SinceMs
                : Aligned(_sinks?.NextMs(view.Name) ?? before.SinceMs, view.EveryMs);
        }

        return ViewState.FirstShown(view, _services.Time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    // The begin of a window, not before a time.
    private static long Aligned(long timeMs, long everyMs) => -(Live.Windows.TimeSlot.Of(-timeMs, everyMs) * everyMs);
}
