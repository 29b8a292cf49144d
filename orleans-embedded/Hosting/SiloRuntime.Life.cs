namespace Orleans.Runtime;

/// <summary>What the silo does when it starts, stops and from time to time.</summary>
internal sealed partial class SiloRuntime
{
    // A caller learns of its timeout at most a tenth of it late, and never more than a second.
    private static readonly TimeSpan TimeoutCheckMax = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TimeoutCheckMin = TimeSpan.FromMilliseconds(10);

    // Orleans ends as many at once, so that storage sees the same load.
    private static readonly int DeactivationsMax = Environment.ProcessorCount * 512;

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(nameof(SiloRuntime), ServiceLifecycleStage.BecomeActive, Start, BeginStop);
        lifecycle.Subscribe(nameof(SiloRuntime), ServiceLifecycleStage.GrainDeactivation, _ => Task.CompletedTask, DeactivateAllAsync);
    }

    private Task Start(CancellationToken token)
    {
        if (CollectionOptions.CollectionAge <= CollectionOptions.CollectionQuantum)
        {
            throw new OrleansConfigurationException(
                $"CollectionAge {CollectionOptions.CollectionAge} must be longer than CollectionQuantum {CollectionOptions.CollectionQuantum}.");
        }

        _ = Classes;
        var check = TimeSpan.FromTicks(Math.Clamp(ResponseTimeout.Ticks / 10, TimeoutCheckMin.Ticks, TimeoutCheckMax.Ticks));
        _timeoutTimer = TimeProvider.CreateTimer(static state => ((SiloRuntime)state!).FailExpired(), this, check, check);
        _collectionTimer = TimeProvider.CreateTimer(
            static state => ((SiloRuntime)state!).CollectIdle(), this, CollectionOptions.CollectionQuantum, CollectionOptions.CollectionQuantum);
        _runState = SiloRunState.Running;
        return Task.CompletedTask;
    }

    private Task BeginStop(CancellationToken token)
    {
        _runState = SiloRunState.Stopping;
        _collectionTimer?.Dispose();
        return Task.CompletedTask;
    }

    private async Task DeactivateAllAsync(CancellationToken token)
    {
        var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, "This process is terminating.");
        try
        {
            await Parallel.ForEachAsync(_activations.Values, new ParallelOptions { MaxDegreeOfParallelism = DeactivationsMax }, (activation, _) =>
            {
                activation.Deactivate(reason, token);
                return new ValueTask(activation.Deactivated);
            }).WaitAsync(token);
        }
        finally
        {
            // The host's time is up, or nothing is left.
            FailAll(new SiloUnavailableException("The silo has stopped."));
            Dispose();
        }
    }

    private void CollectIdle()
    {
        var now = Now;
        var reason = new DeactivationReason(DeactivationReasonCode.ActivationIdle, "The activation was idle for longer than its collection age.");
        foreach (var (_, activation) in _activations)
        {
            if (activation.IsIdle(now))
            {
                activation.Deactivate(reason);
            }
        }
    }

    private void FailExpired()
    {
        foreach (var request in CollectExpired(Now))
        {
            request.TimeOut();
        }
    }

    private void FailAll(Exception exception)
    {
        foreach (var request in CollectExpired(long.MaxValue))
        {
            request.Fail(exception);
        }
    }

    private List<Request> CollectExpired(long now)
    {
        var expired = new List<Request>();
        foreach (var (_, activation) in _activations)
        {
            activation.CollectExpired(now, expired);
        }

        foreach (var (_, observer) in _observers)
        {
            observer.CollectExpired(now, expired);
        }

        return expired;
    }
}
