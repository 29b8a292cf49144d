namespace Orleans.Runtime;

/// <summary>Something a target does in turns: a call, a timer tick, a delivery. Waits at its target until it may start.</summary>
internal abstract class Request : ITurn
{
    /// <summary>Where the request waits or runs; set when a target takes it.</summary>
    public ICallTarget? Target { get; set; }

    /// <summary>Runs between the awaits of other requests, and others between its own.</summary>
    public bool IsAlwaysInterleave { get; init; }

    /// <summary>Interleaves with other read-only requests.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Counts as use of the activation.</summary>
    public bool IsKeepAlive { get; init; } = true;

    /// <summary>Is of this activation only: dropped, not passed on, when it ends.</summary>
    public bool IsLocalOnly { get; init; }

    /// <summary>Timestamp at which the caller stops waiting.</summary>
    public long Deadline { get; init; } = long.MaxValue;

    /// <summary>Whether nobody waits for the outcome any more, so that it need not start.</summary>
    public virtual bool IsAbandoned => false;

    /// <summary>Does the work, in the target's turns.</summary>
    /// <param name="target">The activation or observer.</param>
    public abstract Task InvokeAsync(ICallTarget target);

    /// <summary>Hands the outcome to the caller.</summary>
    /// <param name="task">Completed, from <see cref="InvokeAsync"/>.</param>
    public abstract void Complete(Task task);

    /// <summary>Fails the caller without an outcome; the work may still run.</summary>
    public abstract void Fail(Exception exception);

    /// <summary>The caller has waited for too long.</summary>
    public virtual void TimeOut()
    {
    }

    public async void Start()
    {
        var target = Target!;
        Task task;
        try
        {
            task = IsAbandoned ? Task.CompletedTask : InvokeAsync(target);
        }
        catch (Exception exception)
        {
            task = Task.FromException(exception);
        }

        if (!task.IsCompleted)
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        target.OnCompleted(this, task);
        Complete(task);
    }
}
