namespace Analytics.Silo.Http.Watch;

/// <summary>One live state's changes for any number of watchers, from one enumeration of its actor. Whoever is slow misses frames, never gets a queue of them.</summary>
internal sealed partial class LiveWatch : IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // Proxies give up a connection that says nothing for half a minute or longer.
    private static readonly TimeSpan HeartbeatAfter = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private readonly ILogger _logger;
    private readonly ITimer _heartbeat;
    private readonly Lock _gate = new();
    private volatile State _state = new(null, 0);

    /// <summary>Begins to watch.</summary>
    /// <param name="source">What is watched.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">For what goes wrong; it is tried again.</param>
    public LiveWatch(WatchSource source, TimeProvider time, ILogger logger)
    {
        _logger = logger;
        _heartbeat = time.CreateTimer(_ => Publish(null), null, HeartbeatAfter, HeartbeatAfter);
        _running = RunAsync(source);
    }

    /// <summary>Who watches. Changed under the lock of <see cref="LiveWatches"/>.</summary>
    public int Watchers { get; set; }

    /// <summary>The newest frame, <see langword="null"/> before the first; how often there was nothing to tell for long; and what completes with the next of either.</summary>
    public (WatchFrame? Frame, long Heartbeats, Task Next) Latest
    {
        get
        {
            var state = _state;
            return (state.Frame, state.Heartbeats, state.Next.Task);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _heartbeat.DisposeAsync();
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
                    Publish(frame);
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

    // One timer for all who watch, not one for each wait of each.
    private void Publish(WatchFrame? frame)
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

    [LoggerMessage(EventId = 1220, Level = LogLevel.Debug, Message = "Watching a live state was interrupted; it goes on in a second")]
    private static partial void LogInterrupted(ILogger logger, Exception exception);

    private sealed class State(WatchFrame? frame, long heartbeats)
    {
        public WatchFrame? Frame { get; } = frame;

        public long Heartbeats { get; } = heartbeats;

        public TaskCompletionSource Next { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
