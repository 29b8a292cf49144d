namespace Analytics.Silo.Http.Watch;

/// <summary>One live state's changes for any number of watchers, from one enumeration of its actor. Whoever is slow misses frames, never gets a queue of them.</summary>
internal sealed partial class LiveWatch : IFrameSource, IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private readonly ILogger _logger;
    private readonly LatestFrame _latest;

    /// <summary>Begins to watch.</summary>
    /// <param name="source">What is watched.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">For what goes wrong; it is tried again.</param>
    public LiveWatch(WatchSource source, TimeProvider time, ILogger logger)
    {
        _logger = logger;
        _latest = new LatestFrame(time);
        _running = RunAsync(source);
    }

    /// <summary>Who watches. Changed under the lock of <see cref="LiveWatches"/>.</summary>
    public int Watchers { get; set; }

    /// <inheritdoc />
    public (WatchFrame? Frame, long Heartbeats, Task Next) Latest => _latest.Latest;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _latest.Dispose();
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    private async Task RunAsync(WatchSource source)
    {
        // Not in the lock of whoever opened it.
        await Task.Yield();
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await foreach (var frame in source.Open(_stopping.Token))
                {
                    _latest.Publish(frame);
                }
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // The actor has moved or starts anew, or its table cannot be read now.
                LogInterrupted(_logger, exception);
            }

            await Task.Delay(RetryAfter, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(EventId = 1220, Level = LogLevel.Debug, Message = "Watching a live state was interrupted; it goes on in a second")]
    private static partial void LogInterrupted(ILogger logger, Exception exception);
}
