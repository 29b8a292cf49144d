using Analytics.Grains.ClickHouse;

namespace Analytics.Silo.ClickHouseServer.Engine;

/// <summary>
/// Threads of their own for served statements, since native calls block for as long as a statement takes: begun when there is work, some at most, and one
/// queue before them, first come, first served. What may wait is limited by whoever hands it in.
/// </summary>
/// <param name="threadsMax">Threads at most.</param>
internal sealed class EngineThreads(int threadsMax) : IAsyncDisposable
{
    /// <summary>The engine parses and plans on this stack, recursively; its own server threads have 8 MiB too. Only touched pages count.</summary>
    private const int StackBytes = 8 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<Action> _waiting = new();
    private readonly SemaphoreSlim _signal = new(0);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _threadsAlive;
    private int _threadsIdle;
    private bool _isClosing;

    /// <summary>Work that waits for a thread.</summary>
    public int WaitingCount
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Runs work on the next free thread.</summary>
    /// <exception cref="ClickHouseException">The server is closing.</exception>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isClosing)
            {
                throw new ClickHouseException(0, "The server is closing: the statement was not started.");
            }

            _waiting.Enqueue(() => Complete(work, done));
            if (_threadsIdle < _waiting.Count && _threadsAlive < threadsMax)
            {
                _threadsAlive++;
                new Thread(Work, StackBytes) { IsBackground = true, Name = "clickhouse served" }.Start();
            }

            _signal.Release();
        }

        return done.Task;
    }

    /// <summary>Takes no more work, and ends when what was taken is done.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (!_isClosing)
            {
                _isClosing = true;
                _signal.Release(Math.Max(1, _threadsAlive));
                if (_threadsAlive == 0)
                {
                    _closed.TrySetResult();
                }
            }
        }

        await _closed.Task;
        _signal.Dispose();
    }

    private static void Complete<T>(Func<T> work, TaskCompletionSource<T> done)
    {
        try
        {
            done.TrySetResult(work());
        }
        catch (Exception exception)
        {
            done.TrySetException(exception);
        }
    }

    private void Work()
    {
        while (true)
        {
            Action? work;
            lock (_gate)
            {
                _threadsIdle++;
            }

            _signal.Wait();
            lock (_gate)
            {
                _threadsIdle--;
                if (!_waiting.TryDequeue(out work) && _isClosing)
                {
                    _threadsAlive--;
                    if (_threadsAlive == 0)
                    {
                        _closed.TrySetResult();
                    }

                    return;
                }
            }

            work?.Invoke();
        }
    }
}
