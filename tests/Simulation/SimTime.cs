namespace Analytics.Tests.Simulation;

/// <summary>The world's clock. A timer belongs to the domain that made it and dies with it.</summary>
internal sealed class SimTime(SimWorld world) : TimeProvider
{
    private readonly PriorityQueue<SimTimer, (DateTimeOffset Due, long Order)> _timers = new();
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;

    /// <summary>UTC milliseconds since 1970.</summary>
    public long NowMs => _now.ToUnixTimeMilliseconds();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimTimer(this, SimDomain.Running, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves to the next timer's time and fires it.</summary>
    /// <returns>False when no timer is set.</returns>
    public bool FireNext()
    {
        while (_timers.TryDequeue(out var timer, out var priority))
        {
            if (timer.IsSetFor(priority.Order))
            {
                _now = priority.Due > _now ? priority.Due : _now;
                timer.Fire();
                return true;
            }
        }

        return false;
    }

    /// <summary>Timers of a dead domain never fire.</summary>
    public void Forget(SimDomain domain) => world.Note($"{domain.Name} is dead");

    private sealed class SimTimer(SimTime time, SimDomain? owner, Action fire) : ITimer
    {
        private TimeSpan _period;
        private long _order = -1;

        public bool IsSetFor(long order) => _order == order && owner is not { IsDead: true };

        public void Fire()
        {
            _order = -1;
            if (_period > TimeSpan.Zero)
            {
                Set(_period);
            }

            fire();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            _order = -1;
            if (dueTime >= TimeSpan.Zero)
            {
                Set(dueTime);
            }

            return true;
        }

        public void Dispose() => _order = -1;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Set(TimeSpan due)
        {
            _order = time._order++;
            time._timers.Enqueue(this, (time._now + due, _order));
        }
    }
}
