namespace Analytics.Silo.Cluster;

/// <summary>
/// How long this silo may count on being one of the cluster. A silo that stood still, or lost touch, may have been declared dead meanwhile, and its actors made anew elsewhere:
/// what it inserted then would be in the table twice. So it inserts only as long as it was surely a member less than the time ago that others need to declare it dead.
/// Safe to call from any thread.
/// </summary>
/// <param name="length">How long it holds from a look that found the silo a member; less than it takes to be declared dead.</param>
/// <param name="time">A clock that goes on while the process stands still.</param>
internal sealed class MembershipLease(TimeSpan length, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long? _since;
    private bool _isLost;

    /// <summary>Why nothing may be inserted now; <see langword="null"/> when it may.</summary>
    public string? WhyNot
    {
        get
        {
            lock (_gate)
            {
                return _isLost ? "The other silos have declared this one dead: nothing is inserted by it any more."
                    : _since is { } since && time.GetElapsedTime(since) < length ? null
                    : "It is not certain that this silo is still a member of its cluster: PostgreSQL has not said so lately. Nothing is inserted until it does.";
            }
        }
    }

    /// <summary>A look has found the silo a member.</summary>
    /// <param name="begun">When the look began, by the clock's timestamp.</param>
    public void Extend(long begun)
    {
        lock (_gate)
        {
            _since = Math.Max(_since ?? long.MinValue, begun);
        }
    }

    /// <summary>The silo is not a member any more, for good.</summary>
    public void Lose()
    {
        lock (_gate)
        {
            _isLost = true;
        }
    }
}
