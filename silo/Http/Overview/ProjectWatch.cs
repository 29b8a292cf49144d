using Analytics.Silo.Http.Watch;

namespace Analytics.Silo.Http.Overview;

/// <summary>One project that somebody watches.</summary>
internal sealed class ProjectWatch(TimeProvider time) : IFrameSource, IDisposable
{
    private readonly LatestFrame _latest = new(time);
    private readonly ProjectFrames _frames = new();

    /// <summary>Who watches. Changed under the lock of <see cref="OverviewWatch"/>.</summary>
    public int Watchers { get; set; }

    /// <inheritdoc />
    public (WatchFrame? Frame, long Heartbeats, Task Next) Latest => _latest.Latest;

    /// <summary>Tells those who watch, when there is something to tell.</summary>
    public void Publish(ProjectReading project, MetricReading[] metrics)
    {
        if (_frames.Make(project, metrics) is { } frame)
        {
            _latest.Publish(frame);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _latest.Dispose();
}
