namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>Work for one connection: waits in a queue, runs once on a connection's thread, ends as a task.</summary>
internal sealed class Statement
{
    private const int Waiting = 0;
    private const int Started = 1;
    private const int GivenUp = 2;

    private readonly Func<EmbeddedConnection, byte[]> _run;
    private readonly bool _isAwaitedToTheEnd;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenRegistration _registration;
    private readonly TaskCompletionSource<byte[]> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state = Waiting;

    /// <summary>Describes the work.</summary>
    /// <param name="run">What to do on the connection; its exceptions are the task's.</param>
    /// <param name="isAwaitedToTheEnd">Whether, once started, cancelling no longer ends the task (an insert must say how it went).</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Statement(Func<EmbeddedConnection, byte[]> run, bool isAwaitedToTheEnd, CancellationToken cancellationToken)
    {
        _run = run;
        _isAwaitedToTheEnd = isAwaitedToTheEnd;
        _cancellationToken = cancellationToken;
        _registration = cancellationToken.UnsafeRegister(static state => ((Statement)state!).GiveUp(), this);
    }

    /// <summary>The answer.</summary>
    public Task<byte[]> Task => _done.Task;

    /// <summary>Runs the work, unless it was given up before.</summary>
    public void Run(EmbeddedConnection connection)
    {
        if (Interlocked.CompareExchange(ref _state, Started, Waiting) != Waiting)
        {
            return;
        }

        try
        {
            _done.TrySetResult(_run(connection));
        }
        catch (Exception exception)
        {
            _done.TrySetException(exception);
        }

        _registration.Unregister();
    }

    /// <summary>Ends work that has not been started.</summary>
    public void Refuse(Exception reason)
    {
        if (Interlocked.CompareExchange(ref _state, GivenUp, Waiting) == Waiting)
        {
            _done.TrySetException(reason);
            _registration.Unregister();
        }
    }

    private void GiveUp()
    {
        var found = Interlocked.CompareExchange(ref _state, GivenUp, Waiting);
        if (found == Waiting || !_isAwaitedToTheEnd)
        {
            _done.TrySetCanceled(_cancellationToken);
        }
    }
}
