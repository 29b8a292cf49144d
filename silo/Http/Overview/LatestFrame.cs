using Analytics.Silo.Http.Watch;

namespace Analytics.Silo.Http.Overview;

/// <summary>The newest of frames that one writer publishes and any number of watchers wait for. Nothing older is kept.</summary>
internal sealed class LatestFrame : IFrameSource
{
    private volatile State _state = new(null);

    /// <inheritdoc />
    public (WatchFrame? Frame, Task Next) Latest
    {
        get
        {
            var state = _state;
            return (state.Frame, state.Next.Task);
        }
    }

    /// <summary>Replaces the frame and wakes all who wait.</summary>
    public void Publish(WatchFrame frame)
    {
        var before = _state;
        _state = new State(frame);
        before.Next.TrySetResult();
    }

    private sealed class State(WatchFrame? frame)
    {
        public WatchFrame? Frame { get; } = frame;

        public TaskCompletionSource Next { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
