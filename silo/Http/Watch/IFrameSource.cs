namespace Analytics.Silo.Http.Watch;

/// <summary>Something whose newest state can be sent, again whenever there is a newer one.</summary>
internal interface IFrameSource
{
    /// <summary>The newest frame, <see langword="null"/> before the first; how often there was nothing to tell for long; and what completes with the next of either.</summary>
    (WatchFrame? Frame, long Heartbeats, Task Next) Latest { get; }
}
