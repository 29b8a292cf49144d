namespace Analytics.Grains.ClickHouse;

/// <summary>
/// Spends the server's budget of inserts, first come first served: so many a second, so many at once. Small inserts cost the engine milliseconds
/// each,
/// whatever their size, so a metric that waits should wait with its rows still in batches and encode when its turn comes:
/// <see cref="WaitTurnAsync"/>.
/// Safe to call from any thread.
/// </summary>
public sealed class InsertScheduler : IDisposable
{
    /// <summary>Turns that may be waited for: far more than one a metric on one server.</summary>
    public const int WaitingMax = 65_536;

    /// <summary>Unspent budget is kept for this part of a second, so that inserts which come together are not spread out for nothing.</summary>
    private const double KeptSeconds = 0.1;

    private readonly Lock _gate = new();
    private readonly Queue<InsertWaiter> _waiting = new();
    private readonly IClickHouse _clickHouse;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly double _perSecond;
    private readonly double _kept;
    private readonly int _inFlightMax;
    private double _budget;
    private long _budgetAt;
    private int _waitingCount;
    private int _inFlightCount;
    private bool _isDisposed;
    private long _insertsTotal;
    private long _failuresTotal;
    private long _rowsTotal;
    private long _bytesTotal;

    /// <summary>Starts with a full budget.</summary>
    /// <param name="clickHouse">Where the inserts go.</param>
    /// <param name="insertsPerSecondMax">1-10,000, <see cref="Configuration.FlushOptions.InsertsPerSecondMax"/>.</param>
    /// <param name="inFlightMax">Inserts under way at once, 1 or more; the connections there are.</param>
    /// <param name="time">The clock.</param>
    public InsertScheduler(IClickHouse clickHouse, int insertsPerSecondMax, int inFlightMax, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(insertsPerSecondMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inFlightMax, 1);
        _clickHouse = clickHouse;
        _time = time;
        _perSecond = insertsPerSecondMax;
        _kept = Math.Max(1, insertsPerSecondMax * KeptSeconds);
        _inFlightMax = inFlightMax;
        _budget = _kept;
        _budgetAt = time.GetTimestamp();
        _timer = time.CreateTimer(static state => ((InsertScheduler)state!).GiveTurns(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Turns waited for now.</summary>
    public int WaitingCount => Volatile.Read(ref _waitingCount);

    /// <summary>Turns taken and not given back now.</summary>
    public int InFlightCount => Volatile.Read(ref _inFlightCount);

    /// <summary>Inserts that succeeded since the start.</summary>
    public long InsertsTotal => Volatile.Read(ref _insertsTotal);

    /// <summary>Inserts that failed since the start.</summary>
    public long FailuresTotal => Volatile.Read(ref _failuresTotal);

    /// <summary>Rows of the inserts that succeeded.</summary>
    public long RowsTotal => Volatile.Read(ref _rowsTotal);

    /// <summary>Encoded bytes of the inserts that succeeded.</summary>
    public long BytesTotal => Volatile.Read(ref _bytesTotal);

    /// <summary>Waits for its turn and inserts.</summary>
    /// <param name="block">What to insert; held while it waits.</param>
    /// <param name="cancellationToken">Gives up before the insert has begun.</param>
    /// <exception cref="ClickHouseException">As of <see cref="IClickHouse.InsertAsync"/>; or too many wait; or the scheduler is closed.</exception>
    public async Task InsertAsync(InsertBlock block, CancellationToken cancellationToken = default)
    {
        using var turn = await WaitTurnAsync(cancellationToken);
        await turn.InsertAsync(block, cancellationToken);
    }

    /// <summary>Waits for a turn to insert once. Dispose it in any case: it counts against the budget in flight until then.</summary>
    /// <param name="cancellationToken">Gives up the place in the queue.</param>
    /// <exception cref="ClickHouseException">Too many wait, or the scheduler is closed.</exception>
    public Task<InsertTurn> WaitTurnAsync(CancellationToken cancellationToken = default)
    {
        var waiter = new InsertWaiter(cancellationToken);
        lock (_gate)
        {
            if (_isDisposed)
            {
                waiter.Refuse(Closed());
            }
            else if (_waiting.Count >= WaitingMax)
            {
                waiter.Refuse(new ClickHouseException(0, $"{WaitingMax} inserts wait for their turn already: try again later."));
            }
            else
            {
                _waiting.Enqueue(waiter);
                _waitingCount++;
                waiter.OnGivenUp(this);
            }
        }

        GiveTurns();
        return waiter.Task;
    }

    /// <summary>Refuses everyone who waits; turns that were given may still be used.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            while (_waiting.TryDequeue(out var waiter))
            {
                if (waiter.Refuse(Closed()))
                {
                    _waitingCount--;
                }
            }
        }

        _timer.Dispose();
    }

    internal void CountGivenUp()
    {
        lock (_gate)
        {
            _waitingCount--;
        }
    }

    internal async Task InsertInTurnAsync(InsertBlock block, CancellationToken cancellationToken)
    {
        try
        {
            await _clickHouse.InsertAsync(block, cancellationToken);
        }
        catch
        {
            Interlocked.Increment(ref _failuresTotal);
            throw;
        }

        Interlocked.Increment(ref _insertsTotal);
        Interlocked.Add(ref _rowsTotal, block.Rows);
        Interlocked.Add(ref _bytesTotal, block.Native.Length);
    }

    internal void EndTurn()
    {
        lock (_gate)
        {
            _inFlightCount--;
        }

        GiveTurns();
    }

    private static ClickHouseException Closed() => new(0, "The insert scheduler is closed: nothing was inserted.");

    private void GiveTurns()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            Refill();
            while (_budget >= 1 && _inFlightCount < _inFlightMax && _waiting.TryDequeue(out var waiter))
            {
                // Whoever gave up has been counted out already.
                if (waiter.Give(this))
                {
                    _waitingCount--;
                    _inFlightCount++;
                    _budget--;
                }
            }

            if (_waiting.Count > 0 && _inFlightCount < _inFlightMax)
            {
                // A moment more than exactly when the budget is there, so that rounding never makes it wake up for nothing.
                _timer.Change(TimeSpan.FromSeconds((1 - _budget) / _perSecond) + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Refill()
    {
        var now = _time.GetTimestamp();
        _budget = Math.Min(_kept, _budget + (_time.GetElapsedTime(_budgetAt, now).TotalSeconds * _perSecond));
        _budgetAt = now;
    }
}
