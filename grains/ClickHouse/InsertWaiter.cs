namespace Analytics.Grains.ClickHouse;

/// <summary>A place in the scheduler's queue. It ends once: given a turn, refused, or given up.</summary>
internal sealed class InsertWaiter
{
    private readonly TaskCompletionSource<InsertTurn> _turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationToken _cancellationToken;
    private CancellationTokenRegistration _registration;

    /// <summary>Waits until one of the three.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public InsertWaiter(CancellationToken cancellationToken) => _cancellationToken = cancellationToken;

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
                        owner.CountGivenUp();
                    }
                },
                (this, scheduler));
        }
    }

    /// <summary>Gives the turn; false when the waiter has left.</summary>
    public bool Give(InsertScheduler scheduler) => End(_turn.TrySetResult(new InsertTurn(scheduler)));

    /// <summary>Refuses; false when the waiter has left.</summary>
    public bool Refuse(Exception reason) => End(_turn.TrySetException(reason));

    private bool End(bool isEnded)
    {
        _registration.Unregister();
        return isEnded;
    }
}
