using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Runtime;

/// <summary>How an activation begins and ends.</summary>
internal sealed partial class Activation
{
    private readonly TaskCompletionSource _deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<IPersistentStateRecord>? _records;
    private CancellationTokenSource? _activation;
    private CancellationToken _deactivationToken;
    private DeactivationReason _reason;
    private AsyncServiceScope? _scope;
    private long _lastUsed;
    private long _keepAliveUntil;
    private bool _wasActive;
    private bool _isFinishing;

    public Task Deactivated => _deactivated.Task;

    /// <summary>Whether the activation may be collected at <paramref name="now"/>.</summary>
    public bool IsIdle(long now)
    {
        lock (_lock)
        {
            return _state == ActivationState.Active && _running.Count == 0 && _waiting.Count == 0 && now >= _keepAliveUntil
                && Silo.TimeProvider.GetElapsedTime(_lastUsed, now) >= Class.CollectionAge;
        }
    }

    public void DelayDeactivation(TimeSpan time)
        => _keepAliveUntil = time == TimeSpan.Zero ? 0
            : time == Timeout.InfiniteTimeSpan || time == TimeSpan.MaxValue ? long.MaxValue
            : Silo.Now + Silo.Ticks(time);

    public void DeactivateOnIdle() => Deactivate(new(DeactivationReasonCode.ApplicationRequested, "DeactivateOnIdle was called."));

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_state >= ActivationState.Deactivating)
            {
                return;
            }

            _wasActive = _state == ActivationState.Active;
            _reason = deactivationReason;
            _deactivationToken = cancellationToken;
            var wasActivating = _state == ActivationState.Activating;
            _state = ActivationState.Deactivating;
            if (wasActivating)
            {
                // ActivateAsync goes on to the end; its token asks it to hurry.
                Scheduler.Queue(_activation!.Cancel);
                return;
            }

            FinishIfIdleLocked();
        }

        // What waits for the next element of an enumeration would hold the end up.
        AbortEnumerations();
    }

    /// <summary>Adds a record that is read before <c>OnActivateAsync</c>.</summary>
    public void AddRecord(IPersistentStateRecord record) => (_records ??= []).Add(record);

    private void BeginActivation()
    {
        _state = ActivationState.Activating;
        _activation = new CancellationTokenSource(Silo.CollectionOptions.ActivationTimeout, Silo.TimeProvider);
        Scheduler.Queue(() => _ = ActivateAsync());
    }

    private async Task ActivateAsync()
    {
        try
        {
            var token = _activation!.Token;
            _scope = Silo.Services.CreateAsyncScope();
            GrainInstance = Class.CreateInstance(this);
            await ReadRecordsAsync(token);
            await ((IGrainBase)GrainInstance).OnActivateAsync(token).WaitAsync(token);
            lock (_lock)
            {
                if (_state == ActivationState.Activating)
                {
                    _state = ActivationState.Active;
                    _lastUsed = Silo.Now;
                    StartWaitingLocked();
                }
            }
        }
        catch (Exception exception)
        {
            ActivationLog.FailedToActivate(Silo.Logger, exception, GrainId);
            lock (_lock)
            {
                // Deactivated while activating: what waits goes to a new activation, as always.
                if (_state == ActivationState.Activating)
                {
                    _reason = new(DeactivationReasonCode.ActivationFailed, exception, "Failed to activate grain.");
                    _state = ActivationState.Deactivating;
                }
            }
        }

        _activation!.Dispose();
        _activation = null;
        lock (_lock)
        {
            FinishIfIdleLocked();
        }
    }

    private async Task ReadRecordsAsync(CancellationToken token)
    {
        foreach (var record in _records ?? [])
        {
            await record.ReadAsync(token);
        }

        _records = null;
    }

    private void FinishIfIdleLocked()
    {
        if (_state == ActivationState.Deactivating && _running.Count == 0 && _activation is null && !_isFinishing)
        {
            _isFinishing = true;
            Scheduler.Queue(() => _ = FinishAsync());
        }
    }

    private async Task FinishAsync()
    {
        DisposeTimers();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_deactivationToken);
        using var timeout = new CancellationTokenSource(Silo.CollectionOptions.DeactivationTimeout, Silo.TimeProvider);
        await using var link = timeout.Token.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), deadline);
        if (_wasActive)
        {
            try
            {
                await ((IGrainBase)GrainInstance!).OnDeactivateAsync(_reason, deadline.Token).WaitAsync(deadline.Token);
            }
            catch (Exception exception)
            {
                ActivationLog.FailedToDeactivate(Silo.Logger, exception, GrainId);
            }
        }

        await DisposeEnumerationsAsync();
        await DisposeInstanceAsync();
        PassOn(End());
        _deactivated.TrySetResult();
    }

    private async Task DisposeInstanceAsync()
    {
        try
        {
            switch (GrainInstance)
            {
                case IAsyncDisposable asynchronous:
                    await asynchronous.DisposeAsync();
                    break;
                case IDisposable synchronous:
                    synchronous.Dispose();
                    break;
            }

            if (_scope is { } scope)
            {
                await scope.DisposeAsync();
            }
        }
        catch (Exception exception)
        {
            ActivationLog.FailedToDispose(Silo.Logger, exception, GrainId);
        }
    }

    private List<Request> End()
    {
        lock (_lock)
        {
            _state = ActivationState.Ended;
            Silo.Remove(this);
            List<Request> left = [.. _waiting.Where(r => !r.IsLocalOnly)];
            _waiting.Clear();
            return left;
        }
    }

    /// <summary>What came while the activation ended goes to a new one, unless this one could not even begin.</summary>
    private void PassOn(List<Request> requests)
    {
        foreach (var request in requests)
        {
            if (_reason.ReasonCode == DeactivationReasonCode.ActivationFailed)
            {
                request.Fail(_reason.Exception!);
            }
            else
            {
                Silo.Send(GrainId, request);
            }
        }
    }
}
