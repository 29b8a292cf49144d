using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>
/// Moves the events of one queue to their consumers: reads into the cache (this file), registers streams
/// (<c>PullingAgent.Registration.cs</c>) and delivers (<c>PullingAgent.Delivery.cs</c>). Everything runs in its own turns, so receiver,
/// cache and cursors are never entered twice at once; only the awaits of reads and deliveries overlap.
/// </summary>
internal sealed partial class PullingAgent
{
    private const int UnlimitedAddCount = -1;
    private const int ReadTriesMax = 6;
    private const int CleanUpsAPeriod = 10;

    private readonly QueueId _queue;
    private readonly AgentParts _parts;
    private readonly IStreamFailureHandler _failureHandler;
    private readonly TurnScheduler _turns;
    private readonly Dictionary<StreamId, AgentStream> _streams = [];
    private readonly CancellationTokenSource _stop = new();
    private int _registrations;
    private IQueueCache _cache = null!;
    private IQueueAdapterReceiver _receiver = null!;
    private ITimer? _timer;
    private Task _initialization = Task.CompletedTask;
    private Task _pump = Task.CompletedTask;
    private DateTimeOffset _lastCleanUp;

    public PullingAgent(QueueId queue, AgentParts parts, IStreamFailureHandler failureHandler)
    {
        _queue = queue;
        _parts = parts;
        _failureHandler = failureHandler;
        _turns = new TurnScheduler(this);
    }

    private TimeProvider TimeProvider => _parts.Silo.TimeProvider;

    private bool IsStopped => _stop.IsCancellationRequested;

    public Task StartAsync() => _turns.RunAsync(() =>
    {
        _cache = _parts.Caches.CreateQueueCache(_queue);
        _receiver = _parts.Adapter.CreateReceiver(_queue);
        _lastCleanUp = TimeProvider.GetUtcNow();
        _initialization = InitializeReceiverAsync();
#pragma warning disable CA5394 // Spreads the agents; nothing secret.
        var offset = _parts.Options.GetQueueMsgsTimerPeriod * Random.Shared.NextDouble();
#pragma warning restore CA5394
        _timer = TimeProvider.CreateTimer(
            static state => ((PullingAgent)state!).StartPump(), this, offset, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    });

    /// <summary>Ends reading and no delivery: those in flight go on without it, and their outcome is not recorded.</summary>
    public Task StopAsync() => _turns.RunAsync(async () =>
    {
        _stop.Cancel();
        _timer?.Dispose();
        await _initialization;
        await _pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        ReportProgress();
        try
        {
            await _receiver.Shutdown(_parts.Options.InitQueueTimeout);
        }
        catch (Exception exception)
        {
            StreamLog.ReceiverFailedToShutDown(_parts.Silo.Logger, exception, _queue);
        }

        await Task.WhenAll(_streams.Values.Select(stream => stream.Registration).OfType<Task>());
        foreach (var stream in _streams.Values)
        {
            stream.DisposeCursors();
        }

        _streams.Clear();
    });

    private async Task InitializeReceiverAsync()
    {
        try
        {
            await _receiver.Initialize(_parts.Options.InitQueueTimeout);
        }
        catch (Exception exception)
        {
            // Reads follow all the same: getting ready again is the receiver's business.
            StreamLog.ReceiverFailedToInitialize(_parts.Silo.Logger, exception, _queue);
        }
    }

    private void StartPump() => _turns.Queue(() => _pump = PumpAsync());

    private async Task PumpAsync()
    {
        await _initialization;
        try
        {
            while (!IsStopped && _cache.GetMaxAddCount() is var addCount and (UnlimitedAddCount or > 0) && await ReadWithRetriesAsync(addCount))
            {
                // Until the queue is empty or must pause.
            }
        }
        catch (Exception) when (IsStopped)
        {
            return;
        }
        catch (Exception exception)
        {
            StreamLog.GaveUpReading(_parts.Silo.Logger, exception, _queue, ReadTriesMax);
        }

        if (!IsStopped)
        {
            // From the end of a pump, like the timers of grains.
            _timer!.Change(_parts.Options.GetQueueMsgsTimerPeriod, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task<bool> ReadWithRetriesAsync(int addCount)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await ReadAsync(addCount);
            }
            catch (Exception exception) when (!IsStopped && attempt < ReadTriesMax - 1)
            {
                StreamLog.FailedToRead(_parts.Silo.Logger, exception, _queue, attempt + 1);
                await Task.Delay(_parts.ReaderBackoff.Next(attempt), TimeProvider, _stop.Token);
            }
        }
    }

    /// <summary>Purges, reads once and wakes the consumers of what came.</summary>
    /// <returns>Whether there may be more.</returns>
    private async Task<bool> ReadAsync(int addCount)
    {
        // A new stream's first container must stay cached until its consumers have cursors.
        if (_registrations > 0)
        {
            return false;
        }

        CleanUp();
        await PurgeAsync();
        if (IsStopped || _cache.IsUnderPressure())
        {
            return false;
        }

        var containers = await _receiver.GetQueueMessagesAsync(addCount, _stop.Token);
        if (IsStopped || containers is null || containers.Count == 0)
        {
            return false;
        }

        _cache.AddToCache(containers);
        var now = TimeProvider.GetUtcNow();
        foreach (var group in containers.GroupBy(container => container.StreamId))
        {
            OnEvents(group.Key, group.First().SequenceToken, now);
        }

        return true;
    }

    private async Task PurgeAsync()
    {
        if (!_cache.TryPurgeFromCache(out var purged))
        {
            return;
        }

        try
        {
            await _receiver.MessagesDeliveredAsync(purged, _stop.Token);
        }
        catch (Exception exception)
        {
            StreamLog.FailedToReportDelivered(_parts.Silo.Logger, exception, _queue);
        }
    }

    private void OnEvents(StreamId id, StreamSequenceToken first, DateTimeOffset now)
    {
        if (!_streams.TryGetValue(id, out var stream))
        {
            Register(id, first, now);
            return;
        }

        stream.LastActivity = now;
        foreach (var subscription in stream.Subscriptions.Where(s => s.IsRegistered))
        {
            subscription.Cursor?.Refresh(first);
            StartDelivering(subscription);
        }
    }

    /// <summary>Forgets streams that had no events for a long time; their next event registers them again.</summary>
    private void CleanUp()
    {
        var now = TimeProvider.GetUtcNow();
        var period = _parts.Options.StreamInactivityPeriod;
        if (now - _lastCleanUp < period / CleanUpsAPeriod)
        {
            return;
        }

        _lastCleanUp = now;
        foreach (var (id, stream) in _streams.Where(pair => pair.Value.IsInactive(now, period)).ToList())
        {
            stream.DisposeCursors();
            _streams.Remove(id);
        }
    }

    /// <summary>Tells the cache how far every subscription is, if all of them are somewhere.</summary>
    private void ReportProgress()
    {
        var subscriptions = _streams.Values.SelectMany(stream => stream.Subscriptions).ToList();
        if (_streams.Values.All(stream => stream.Registration is null) && subscriptions.TrueForAll(s => s.IsRegistered && s.LastToken is not null))
        {
            _cache.UpdateDeliveryProgress(subscriptions.Min(s => s.LastToken), TimeProvider.GetUtcNow().UtcDateTime);
        }
    }
}
