namespace Analytics.Grains.ClickHouse;

/// <summary>The right to insert once, from <see cref="InsertScheduler.WaitTurnAsync"/>.</summary>
public sealed class InsertTurn : IDisposable
{
    private const int Unused = 0;
    private const int Used = 1;
    private const int Ended = 2;

    private readonly InsertScheduler _scheduler;
    private int _state = Unused;

    internal InsertTurn(InsertScheduler scheduler, InsertUrgency urgency)
    {
        _scheduler = scheduler;
        Urgency = urgency;
    }

    /// <summary>What it was waited for with: a further attempt of the same insert waits with it again.</summary>
    public InsertUrgency Urgency { get; }

    /// <summary>Whether it was given back: another one is needed, and its urgency still says which.</summary>
    public bool IsEnded => Volatile.Read(ref _state) == Ended;

    /// <summary>Inserts, and uses the turn up.</summary>
    /// <exception cref="ClickHouseException">As of <see cref="IClickHouse.InsertAsync"/>.</exception>
    /// <exception cref="InvalidOperationException">The turn was used or given back before.</exception>
    public Task InsertAsync(InsertBlock block, CancellationToken cancellationToken = default) =>
        Interlocked.CompareExchange(ref _state, Used, Unused) == Unused
            ? _scheduler.InsertInTurnAsync(block, cancellationToken)
            : throw new InvalidOperationException("A turn is good for one insert: wait for another one.");

    /// <summary>Gives the turn back, used or not.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _state, Ended) != Ended)
        {
            _scheduler.EndTurn();
        }
    }
}
