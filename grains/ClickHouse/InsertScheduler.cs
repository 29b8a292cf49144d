namespace Analytics.Grains.ClickHouse;

/// <summary>
/// Spends the server's budget of inserts: so many a second, so many at once. A small insert costs the engine milliseconds whatever its size,
/// so whoever wants to insert waits for its turn with its rows still in its buffer and cuts and encodes its block when the turn has come:
/// what waits keeps growing, and an insert is as large as it can be.
/// </summary>
/// <remarks>
/// Urgent ones (<see cref="InsertUrgency.Full"/>, <see cref="InsertUrgency.Asked"/>) go first, first come, first served; aged ones in the turns that are
/// left, see <see cref="AgedTurns"/>. With more active tables than inserts a second the interval of the aged ones stretches by itself: equally busy ones
/// have one of tables / inserts per second (13,643 tables at 100 a second: 136 s), busier ones a shorter one. An aged one that has waited for its longest time goes before an urgent one.
/// When more have than there are turns for, they and the urgent ones take every other turn, so that nobody starves.
/// Safe to call from any thread.
/// </remarks>
public sealed class InsertScheduler : IDisposable
{
    /// <summary>Turns that may be waited for: far more than one a metric on one server.</summary>
    public const int WaitingMax = 65_536;

    /// <summary>Unspent budget is kept for this part of a second, so that inserts which come together are not spread out for nothing.</summary>
    private const double KeptSeconds = 0.1;

    private readonly Lock _gate = new();
    private readonly LinkedList<InsertWaiter> _urgent = new();
    private readonly AgedTurns _aged = new();
    private readonly int[] _waitingCounts = new int[(int)InsertUrgency.Aged + 1];
    private readonly IClickHouse _clickHouse;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly int _insertsPerSecondMax;
    private readonly int _inFlightMax;
    private readonly TimeSpan _agedWaitMax;
    private double _perSecond;
    private double _kept;
    private double _budget;
    private long _budgetAt;
    private int _inFlightCount;
    private bool _wasOverdue;
    private bool _isHurrying;
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
    /// <param name="agedWaitMaxMs">Milliseconds after which an aged one goes before urgent ones, 1 or more, <see cref="Configuration.FlushOptions.AgeMaxMs"/>.</param>
    public InsertScheduler(
        IClickHouse clickHouse, int insertsPerSecondMax, int inFlightMax, TimeProvider time, int agedWaitMaxMs = Configuration.FlushOptions.AgeMaxMsDefault)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(insertsPerSecondMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inFlightMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(agedWaitMaxMs, 1);
        _clickHouse = clickHouse;
        _time = time;
        _insertsPerSecondMax = insertsPerSecondMax;
        _perSecond = insertsPerSecondMax;
        _kept = Math.Max(1, insertsPerSecondMax * KeptSeconds);
        _inFlightMax = inFlightMax;
        _agedWaitMax = TimeSpan.FromMilliseconds(agedWaitMaxMs);
        _budget = _kept;
        _budgetAt = time.GetTimestamp();
        _timer = time.CreateTimer(static state => ((InsertScheduler)state!).GiveTurns(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The tables that are inserted into now; whoever inserts says so.</summary>
    public TablesInFlight Tables { get; } = new();

    /// <summary>Turns waited for now.</summary>
    public int WaitingCount
    {
        get
        {
            lock (_gate)
            {
                return _urgent.Count + _aged.Count;
            }
        }
    }

    /// <summary>How long the one that has waited longest waits by now; zero when nobody does.</summary>
    public TimeSpan LongestWait
    {
        get
        {
            lock (_gate)
            {
                var (urgent, aged) = (WaitOf(_urgent.First?.Value), WaitOf(_aged.Oldest));
                return urgent > aged ? urgent : aged;
            }
        }
    }

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

    /// <summary>Turns waited for now with this urgency.</summary>
    public int WaitingCountOf(InsertUrgency urgency) => Volatile.Read(ref _waitingCounts[(int)urgency]);

    /// <summary>Waits for a turn to insert once. Dispose it in any case: it counts against the budget in flight until then.</summary>
    /// <param name="urgency">Who goes first.</param>
    /// <param name="rows">Rows to insert: of the aged ones, those with many go sooner.</param>
    /// <param name="cancellationToken">Gives up the place in the queue.</param>
    /// <exception cref="ClickHouseException">Too many wait, or the scheduler is closed.</exception>
    public Task<InsertTurn> WaitTurnAsync(InsertUrgency urgency, int rows = 1, CancellationToken cancellationToken = default)
    {
        var waiter = new InsertWaiter(urgency, rows, _time.GetTimestamp(), cancellationToken);
        lock (_gate)
        {
            if (_isDisposed)
            {
                waiter.Refuse(Closed());
            }
            else if (_urgent.Count + _aged.Count >= WaitingMax)
            {
                waiter.Refuse(new ClickHouseException(0, $"{WaitingMax} inserts wait for their turn already: try again later."));
            }
            else
            {
                Queue(waiter);
                _waitingCounts[(int)urgency]++;
                waiter.OnGivenUp(this);
            }
        }

        GiveTurns();
        return waiter.Task;
    }

    /// <summary>Takes this process's share of the server's budget: others insert there too.</summary>
    /// <param name="processes">How many share it, this one included; 1 or more.</param>
    public void Share(int processes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(processes, 1);
        lock (_gate)
        {
            Refill();
            _perSecond = (double)_insertsPerSecondMax / processes;
            _kept = Math.Max(1, _perSecond * KeptSeconds);
        }

        GiveTurns();
    }

    /// <summary>From now on the budget a second no longer holds, only the one in flight: a stop writes as much as it can.</summary>
    public void Hurry()
    {
        lock (_gate)
        {
            _isHurrying = true;
        }

        GiveTurns();
    }

    /// <summary>Refuses everyone who waits; turns that were given may still be used.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            while ((_urgent.First?.Value ?? _aged.Oldest) is { } waiter)
            {
                TakeOut(waiter);
                waiter.Refuse(Closed());
            }
        }

        _timer.Dispose();
    }

    internal void Leave(InsertWaiter waiter)
    {
        lock (_gate)
        {
            // Whoever is taken out for its turn at this moment is gone already.
            if (waiter.Place.List is not null)
            {
                TakeOut(waiter);
            }
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
            while (HasBudget() && _inFlightCount < _inFlightMax && TakeNext() is { } waiter)
            {
                // Whoever gave up meanwhile costs nothing.
                if (waiter.Give(this))
                {
                    _inFlightCount++;
                    _budget -= _isHurrying ? 0 : 1;
                }
            }

            if (_urgent.Count + _aged.Count > 0 && _inFlightCount < _inFlightMax)
            {
                // A moment more than exactly when the budget is there, so that rounding never makes it wake up for nothing.
                _timer.Change(TimeSpan.FromSeconds((1 - _budget) / _perSecond) + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
            }
        }
    }

    private bool HasBudget() => _budget >= 1 || _isHurrying;

    private InsertWaiter? TakeNext()
    {
        var oldest = _aged.Oldest;
        var isOverdue = WaitOf(oldest) >= _agedWaitMax && !(_wasOverdue && _urgent.Count > 0);
        var waiter = isOverdue ? oldest : _urgent.First?.Value ?? _aged.Next(_time.GetTimestamp());
        if (waiter is null)
        {
            return null;
        }

        _wasOverdue = isOverdue;
        TakeOut(waiter);
        return waiter;
    }

    private void Queue(InsertWaiter waiter)
    {
        if (waiter.Urgency == InsertUrgency.Aged)
        {
            _aged.Add(waiter);
        }
        else
        {
            _urgent.AddLast(waiter.Place);
        }
    }

    private void TakeOut(InsertWaiter waiter)
    {
        if (waiter.Urgency == InsertUrgency.Aged)
        {
            _aged.Remove(waiter);
        }
        else
        {
            _urgent.Remove(waiter.Place);
        }

        _waitingCounts[(int)waiter.Urgency]--;
    }

    private TimeSpan WaitOf(InsertWaiter? waiter) => waiter is null ? TimeSpan.Zero : _time.GetElapsedTime(waiter.Since);

    private void Refill()
    {
        var now = _time.GetTimestamp();
        _budget = Math.Min(_kept, _budget + (_time.GetElapsedTime(_budgetAt, now).TotalSeconds * _perSecond));
        _budgetAt = now;
    }
}
