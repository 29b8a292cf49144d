namespace Orleans.Runtime;

/// <summary>
/// One grain in memory. Decides which request may start (this file); begins and ends the grain (<c>Activation.Life.cs</c>); keeps its
/// timers (<c>Activation.Timers.cs</c>). An idle activation is this object, its scheduler, its grain and a service scope.
/// </summary>
internal sealed partial class Activation : IGrainContext, ICallTarget
{
    private readonly Lock _lock = new();
    private readonly List<Request> _running = [];
    private readonly LinkedList<Request> _waiting = new();
    private ActivationState _state;

    // Waiting requests that might pass others; while there are none, only the first in line needs a look.
    private int _waitingThatMayPass;

    public Activation(SiloRuntime silo, GrainId id, GrainClass grainClass)
    {
        Silo = silo;
        GrainId = id;
        Class = grainClass;
        Scheduler = new TurnScheduler(this);
    }

    /// <summary>The activation whose turn runs on this thread, if any.</summary>
    public static Activation? Current => TurnScheduler.CurrentOwner as Activation;

    public SiloRuntime Silo { get; }

    public GrainId GrainId { get; }

    public GrainClass Class { get; }

    public TurnScheduler Scheduler { get; }

    public object? GrainInstance { get; private set; }

    object? ICallTarget.Instance => GrainInstance;

    public IServiceProvider ActivationServices => _scope!.Value.ServiceProvider;

    public GrainReference GrainReference => field ??= (GrainReference)GrainReference.Create<IAddressable>(Silo, GrainId);

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override string ToString() => $"{GrainId} ({_state})";

    public bool TryReceive(Request request)
    {
        lock (_lock)
        {
            if (_state == ActivationState.Ended)
            {
                return false;
            }

            request.Target = this;
            if (_state == ActivationState.New)
            {
                BeginActivation();
            }

            if (_state == ActivationState.Active && MayStart(request))
            {
                StartLocked(request);
            }
            else
            {
                _waiting.AddLast(request);
                _waitingThatMayPass += MayPass(request) ? 1 : 0;
            }

            return true;
        }
    }

    public void OnCompleted(Request request, Task task)
    {
        lock (_lock)
        {
            _running.Remove(request);
            if (request.IsKeepAlive)
            {
                _lastUsed = Silo.Now;
            }

            if (_state == ActivationState.Active)
            {
                StartWaitingLocked();
            }
            else
            {
                FinishIfIdleLocked();
            }
        }

        if (task.Exception?.InnerException is Storage.InconsistentStateException { IsSourceActivation: true } inconsistent)
        {
            // The state in memory is not the one in storage: only a new activation, which reads it again, can go on.
            inconsistent.IsSourceActivation = false;
            Deactivate(new(DeactivationReasonCode.ApplicationError, inconsistent, "The grain's state is not the stored one."));
        }
    }

    public void CollectExpired(long now, List<Request> expired)
    {
        lock (_lock)
        {
            expired.AddRange(_running.Where(r => r.Deadline < now && !r.IsAbandoned));
            for (var node = _waiting.First; node is not null;)
            {
                var next = node.Next;
                if (node.Value.Deadline < now || node.Value.IsAbandoned)
                {
                    expired.Add(node.Value);
                    RemoveWaitingLocked(node);
                }

                node = next;
            }
        }
    }

    private static bool MayPass(Request request) => request.IsAlwaysInterleave || request.IsReadOnly;

    /// <summary>The one place that says what runs at the same time.</summary>
    private bool MayStart(Request request)
    {
        if (request.IsAlwaysInterleave || Class.IsReentrant)
        {
            return true;
        }

        foreach (var running in _running)
        {
            if (!running.IsAlwaysInterleave && !(running.IsReadOnly && request.IsReadOnly))
            {
                return false;
            }
        }

        return true;
    }

    private void StartWaitingLocked()
    {
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            if (MayStart(node.Value))
            {
                RemoveWaitingLocked(node);
                StartLocked(node.Value);
            }
            else if (_waitingThatMayPass == 0)
            {
                return;
            }

            node = next;
        }
    }

    private void StartLocked(Request request)
    {
        _running.Add(request);
        Scheduler.Queue(request);
    }

    private void RemoveWaitingLocked(LinkedListNode<Request> node)
    {
        _waiting.Remove(node);
        _waitingThatMayPass -= MayPass(node.Value) ? 1 : 0;
    }
}
