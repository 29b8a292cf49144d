namespace Orleans.Runtime;

/// <summary>The timers of an activation; they end with it.</summary>
internal sealed partial class Activation
{
    private HashSet<GrainTimer>? _timers;

    public IGrainTimer RegisterTimer<TState>(Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        if (Current != this)
        {
            throw new InvalidOperationException(
                $"A timer of {GrainId} was registered outside of its turns, for example in Task.Run or after ConfigureAwait(false).");
        }

        var timer = new GrainTimer(this, token => callback(state, token), options);
        lock (_lock)
        {
            (_timers ??= []).Add(timer);
        }

        timer.Change(options.DueTime, options.Period);
        return timer;
    }

    public void Remove(GrainTimer timer)
    {
        lock (_lock)
        {
            _timers?.Remove(timer);
        }
    }

    private void DisposeTimers()
    {
        GrainTimer[] timers;
        lock (_lock)
        {
            timers = [.. _timers ?? []];
        }

        foreach (var timer in timers)
        {
            timer.Dispose();
        }
    }
}
