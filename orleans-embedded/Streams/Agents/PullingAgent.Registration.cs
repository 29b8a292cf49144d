using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>How an agent gets to know a stream: it activates the consumers and gives each a cursor.</summary>
internal sealed partial class PullingAgent
{
    private void Register(StreamId id, StreamSequenceToken first, DateTimeOffset now)
    {
        var stream = new AgentStream(now);
        _streams.Add(id, stream);

        // Holds the first container in the cache until the consumers have cursors of their own.
        var pin = _cache.GetCacheCursor(id, first);
        _registrations++;
        stream.Registration = RegisterAsync(id, stream, first, pin);
    }

    private async Task RegisterAsync(StreamId id, AgentStream stream, StreamSequenceToken first, IQueueCacheCursor pin)
    {
        await Task.Yield();
        try
        {
            foreach (var (subscription, consumer) in _parts.Subscribers.Of(id))
            {
                stream.Subscriptions.Add(new Subscription(subscription, id, consumer));
            }

            await Task.WhenAll(stream.Subscriptions.Select(subscription => SubscribeAsync(subscription, first)));
        }
        catch (Exception exception)
        {
            StreamLog.FailedToRegister(_parts.Silo.Logger, exception, id);
            stream.DisposeCursors();
            _streams.Remove(id);
        }
        finally
        {
            stream.Registration = null;
            _registrations--;
            pin.Dispose();
        }
    }

    private async Task SubscribeAsync(Subscription subscription, StreamSequenceToken first)
    {
        try
        {
            await WithRetriesAsync(() => ActivateAsync(subscription));
        }
        catch (Exception exception) when (!IsStopped)
        {
            await ReportFailureAsync(subscription, exception, batch: null);
        }

        if (IsStopped)
        {
            return;
        }

        subscription.Cursor = FindCursor(subscription.Stream, first);
        subscription.IsRegistered = true;
        subscription.LastToken = first;
        StartDelivering(subscription);
    }

    private IQueueCacheCursor FindCursor(StreamId stream, StreamSequenceToken first)
    {
        try
        {
            return _cache.GetCacheCursor(stream, first);
        }
        catch (Exception exception)
        {
            StreamLog.CursorFailed(_parts.Silo.Logger, exception, stream);
            return _cache.GetCacheCursor(stream, null);
        }
    }

    /// <summary>An ordinary turn of the consumer that does nothing: it is there and free when this completes.</summary>
    private Task ActivateAsync(Subscription subscription)
        => CallAsync(subscription, static _ => Task.CompletedTask, "subscribe");
}
