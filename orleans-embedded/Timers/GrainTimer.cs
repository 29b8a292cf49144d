namespace Orleans.Runtime;

/// <summary>A timer of an activation: each tick is a request to it, and the next tick is set when that is done.</summary>
internal sealed class GrainTimer : IGrainTimer
{
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly GrainTimerCreationOptions _options;
    private readonly CancellationTokenSource _disposal = new();
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private TimeSpan _dueTime;
    private TimeSpan _period;
    private bool _isTicking;
    private bool _isChanged;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        _activation = activation;
        _callback = callback;
        _options = options;

        // The request context of the call that registers the timer is none of the ticks' business.
        var suppressed = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
        _timer = activation.Silo.TimeProvider.CreateTimer(
            static state => ((GrainTimer)state!).SendTick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        suppressed?.Undo();
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        ThrowIfNoTime(dueTime, nameof(dueTime));
        ThrowIfNoTime(period, nameof(period));
        lock (_lock)
        {
            _dueTime = dueTime;
            _period = period;
            _isChanged = true;
            if (!_isTicking)
            {
                // During a tick this takes effect at its end.
                _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose()
    {
        _disposal.Cancel();
        _timer.Dispose();
        _activation.Remove(this);
    }

    private static void ThrowIfNoTime(TimeSpan time, string name)
    {
        if (time < TimeSpan.Zero && time != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(name, time, "A timer's times are zero or more, or Timeout.InfiniteTimeSpan.");
        }
    }

    private void SendTick()
    {
        lock (_lock)
        {
            _isTicking = true;
        }

        _activation.TryReceive(new Tick(this) { IsAlwaysInterleave = _options.Interleave, IsKeepAlive = _options.KeepAlive, IsLocalOnly = true });
    }

    private void SetNextTick()
    {
        lock (_lock)
        {
            _isTicking = false;
            if (!_disposal.IsCancellationRequested)
            {
                _timer.Change(_isChanged ? _dueTime : _period, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private sealed class Tick(GrainTimer timer) : Request
    {
        public override bool IsAbandoned => timer._disposal.IsCancellationRequested;

        public override Task InvokeAsync(ICallTarget target)
        {
            lock (timer._lock)
            {
                timer._isChanged = false;
            }

            return timer._callback(timer._disposal.Token);
        }

        public override void Complete(Task task)
        {
            if (task.IsFaulted)
            {
                ActivationLog.TimerFailed(timer._activation.Silo.Logger, task.Exception.InnerException!, timer._activation.GrainId);
            }

            timer.SetNextTick();
        }

        public override void Fail(Exception exception)
        {
        }
    }
}
