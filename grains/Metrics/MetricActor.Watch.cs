using System.Runtime.CompilerServices;
using Analytics.GrainInterfaces.Live;

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
    public async IAsyncEnumerable<MetricSnapshot> WatchAsync(TimeSpan interval, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        await EnsureLoadedAsync();
        _watchers++;
        try
        {
            MetricSnapshot? shown = null;
            while (true)
            {
                ThrowIfBroken();
                var change = _change.Task;
                if (_pipeline.Exists && _pipeline.Describe() is var now && (shown is null || IsOther(now, shown)))
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
        != (shown.Total, shown.Duplicates, shown.RateSecond, shown.RateMinute, shown.DurableRows, shown.Drift, shown.Fields.Length);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
