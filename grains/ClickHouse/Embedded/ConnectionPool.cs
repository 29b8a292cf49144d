namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>
/// Some connections, each with a thread of its own (native calls block for as long as the statement takes, which pool threads must not),
/// and one queue before them: first come, first served.
/// </summary>
internal sealed class ConnectionPool : IAsyncDisposable
{
    /// <summary>Statements that may wait. Far more than there are actors on one server; beyond it something has come apart, and memory is kept
    /// safe.</summary>
    public const int WaitingMax = 65_536;

    /// <summary>The engine parses and plans on this stack, recursively; its own server threads have 8 MiB too. Only touched pages count.</summary>
    private const int StackBytes = 8 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<Statement> _waiting = new();
    private readonly SemaphoreSlim _signal = new(0);
    private readonly string _name;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _threadsAlive;
    private int _running;
    private bool _isClosing;

    /// <summary>Takes over the connections and starts their threads.</summary>
    /// <param name="name">For thread names and messages.</param>
    /// <param name="connections">Closed with the pool.</param>
    public ConnectionPool(string name, IReadOnlyList<EmbeddedConnection> connections)
    {
        _name = name;
        _threadsAlive = connections.Count;
        for (var i = 0; i < connections.Count; i++)
        {
            var connection = connections[i];
            var thread = new Thread(() => Work(connection), StackBytes) { IsBackground = true, Name = $"clickhouse {name} {i}" };
            thread.Start();
        }
    }

    /// <summary>Statements that wait for a connection.</summary>
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

    /// <summary>Statements that run now.</summary>
    public int RunningCount => Volatile.Read(ref _running);

    /// <summary>Runs work on the next free connection.</summary>
    /// <exception cref="ClickHouseException">The pool is closing, or too many statements wait.</exception>
    public Task<byte[]> RunAsync(Func<EmbeddedConnection, byte[]> run, bool isAwaitedToTheEnd, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<byte[]>(cancellationToken);
        }

        var statement = new Statement(run, isAwaitedToTheEnd, cancellationToken);
        lock (_gate)
        {
            if (_isClosing)
            {
                statement.Refuse(Closing());
            }
            else if (_waiting.Count >= WaitingMax)
            {
                statement.Refuse(new ClickHouseException(0, $"{WaitingMax} ClickHouse statements ({_name}) wait already: try again later."));
            }
            else
            {
                _waiting.Enqueue(statement);
                _signal.Release();
            }
        }

        return statement.Task;
    }

    /// <summary>Refuses what waits, lets what runs end, closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (!_isClosing)
            {
                _isClosing = true;
                while (_waiting.TryDequeue(out var statement))
                {
                    statement.Refuse(Closing());
                }

                _signal.Release(_threadsAlive);
            }
        }

        await _closed.Task;
    }

    private static ClickHouseException Closing() => new(0, "ClickHouse is closing: the statement was not started.");

    private void Work(EmbeddedConnection connection)
    {
        while (true)
        {
            _signal.Wait();
            Statement? statement;
            lock (_gate)
            {
                if (!_waiting.TryDequeue(out statement) && _isClosing)
                {
                    break;
                }
            }

            if (statement is not null)
            {
                Interlocked.Increment(ref _running);
                statement.Run(connection);
                Interlocked.Decrement(ref _running);
            }
        }

        connection.Dispose();
        if (Interlocked.Decrement(ref _threadsAlive) == 0)
        {
            _signal.Dispose();
            _closed.TrySetResult();
        }
    }
}
