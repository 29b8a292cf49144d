using Analytics.Silo.Http.Watch;

namespace Analytics.Silo.Http.Overview;

/// <summary>Something whose newest state can be sent, again whenever there is a newer one.</summary>
internal interface IFrameSource
{
    /// <summary>The newest frame, <see langword="null"/> before the first, and what completes with the next one.</summary>
    (WatchFrame? Frame, Task Next) Latest { get; }
}
