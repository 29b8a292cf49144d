namespace Analytics.Silo.Http.Watch;

/// <summary>The newest of frames that one writer publishes and any number of watchers wait for. Nothing older is kept.</summary>
internal sealed class LatestFrame : IFrameSource, IDisposable
{
    // Proxies give up a connection that says nothing for half a minute or longer.
    private static readonly TimeSpan HeartbeatAfter = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly ITimer _heartbeat;
    private volatile State _state = new(null, 0);

    /// <summary>Begins without a frame.</summary>
    /// <param name="time">Clock of the heartbeats.</param>
    public LatestFrame(TimeProvider time) => _heartbeat = time.CreateTimer(_ => Publish(null), null, HeartbeatAfter, HeartbeatAfter);

    /// <inheritdoc />
    public (WatchFrame? Frame, long Heartbeats, Task Next) Latest
    {
        get
        {
            var state = _state;
            return (state.Frame, state.Heartbeats, state.Next.Task);
        }
    }

    /// <summary>Replaces the frame and wakes all who wait.</summary>
    /// <param name="frame">It; <see langword="null"/> when there was nothing to tell for long. One timer for all who watch, not one for each wait of each.</param>
    public void Publish(WatchFrame? frame)
    {
        State before;
        lock (_gate)
        {
            before = _state;
            _state = frame is null ? new State(before.Frame, before.Heartbeats + 1) : new State(frame, before.Heartbeats);
        }

        if (frame is not null)
        {
            _heartbeat.Change(HeartbeatAfter, HeartbeatAfter);
        }

        before.Next.TrySetResult();
    }

    /// <inheritdoc />
    public void Dispose() => _heartbeat.Dispose();

    private sealed class State(WatchFrame? frame, long heartbeats)
    {
        public WatchFrame? Frame { get; } = frame;

        public long Heartbeats { get; } = heartbeats;

        public TaskCompletionSource Next { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
