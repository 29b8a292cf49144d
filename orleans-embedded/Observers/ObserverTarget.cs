namespace Orleans.Runtime;

/// <summary>An object outside of grains that grains call. Held weakly; takes one call at a time.</summary>
internal sealed class ObserverTarget : ICallTarget
{
    public static readonly GrainType GrainType = GrainType.Create("sys.client.observer");

    private readonly SiloRuntime _silo;
    private readonly GrainId _id;
    private readonly WeakReference<IGrainObserver> _observer;
    private readonly Queue<Request> _waiting = new();
    private Request? _running;

    public ObserverTarget(SiloRuntime silo, GrainId id, IGrainObserver observer)
    {
        _silo = silo;
        _id = id;
        _observer = new(observer);
        Scheduler = new TurnScheduler(this);
    }

    public object? Instance => _observer.TryGetTarget(out var target) ? target : null;

    public TurnScheduler Scheduler { get; }

    public bool TryReceive(Request request)
    {
        if (Instance is null)
        {
            _silo.RemoveObserver(_id);
            return false;
        }

        lock (_waiting)
        {
            request.Target = this;
            _waiting.Enqueue(request);
            StartNextLocked();
        }

        return true;
    }

    public void OnCompleted(Request request, Task task)
    {
        lock (_waiting)
        {
            _running = null;
            StartNextLocked();
        }
    }

    public void CollectExpired(long now, List<Request> expired)
    {
        lock (_waiting)
        {
            expired.AddRange(_waiting.Append(_running).OfType<Request>().Where(r => r.Deadline < now && !r.IsAbandoned));
        }
    }

    private void StartNextLocked()
    {
        if (_running is null && _waiting.TryDequeue(out _running))
        {
            Scheduler.Queue(_running);
        }
    }
}
