namespace Analytics.Grains.ClickHouse;

/// <summary>A place in one of the scheduler's queues. It ends once: given a turn, refused, or given up.</summary>
internal sealed class InsertWaiter
{
    private readonly TaskCompletionSource<InsertTurn> _turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationToken _cancellationToken;
    private CancellationTokenRegistration _registration;

    /// <summary>Waits until one of the three.</summary>
    /// <param name="urgency">Decides the queue.</param>
    /// <param name="rows">Rows it has to insert.</param>
    /// <param name="since">The clock's timestamp of its arrival.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public InsertWaiter(InsertUrgency urgency, int rows, long since, CancellationToken cancellationToken)
    {
        Urgency = urgency;
        Rows = rows;
        Since = since;
        Place = new LinkedListNode<InsertWaiter>(this);
        _cancellationToken = cancellationToken;
    }

    /// <summary>Why it waits.</summary>
    public InsertUrgency Urgency { get; }

    /// <summary>Rows it had to insert when it came.</summary>
    public int Rows { get; }

    /// <summary>The clock's timestamp of its arrival.</summary>
    public long Since { get; }

    /// <summary>Its place in the queue, so that leaving costs the same wherever it stands. Belongs to the scheduler's lock.</summary>
    public LinkedListNode<InsertWaiter> Place { get; }

    /// <summary>The turn.</summary>
    public Task<InsertTurn> Task => _turn.Task;

    /// <summary>Starts to listen for giving up; the scheduler is told, so that it counts no one who has left.</summary>
    public void OnGivenUp(InsertScheduler scheduler)
    {
        if (_cancellationToken.CanBeCanceled)
        {
            _registration = _cancellationToken.UnsafeRegister(
                static state =>
                {
                    var (waiter, owner) = ((InsertWaiter, InsertScheduler))state!;
                    if (waiter._turn.TrySetCanceled(waiter._cancellationToken))
                    {
                        owner.Leave(waiter);
                    }
                },
                (this, scheduler));
        }
    }

    /// <summary>Gives the turn; false when the waiter has left.</summary>
    public bool Give(InsertScheduler scheduler) => End(_turn.TrySetResult(new InsertTurn(scheduler, Urgency)));

    /// <summary>Refuses; false when the waiter has left.</summary>
    public bool Refuse(Exception reason) => End(_turn.TrySetException(reason));

    private bool End(bool isEnded)
    {
        _registration.Unregister();
        return isEnded;
    }
}
