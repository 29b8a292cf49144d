using Analytics.GrainInterfaces.Batches;
using Orleans.Runtime;
using Orleans.Streams;

namespace Analytics.Silo.Ingest.Streams;

/// <summary>
/// A reader of one stream. Each move forward hands out everything that waits, as one container; the next move means that it was
/// delivered, unless a failure was recorded in between: then the same container is offered again, without end and in order.
/// </summary>
internal sealed class MetricCursor(MetricQueueCache cache, StreamId streamId) : IQueueCacheCursor
{
    // Rows of one hand-over. More would make one turn of the actor long; fewer would cost more calls.
    private const int RowsMax = 65_536;

    private EventBatch[] _handedOut = [];
    private bool _hasFailed;

    /// <inheritdoc />
    public IBatchContainer? GetCurrent(out Exception? exception)
    {
        exception = null;
        return _handedOut.Length == 0 ? null : new MetricBatches(streamId, _handedOut);
    }

    /// <inheritdoc />
    public bool MoveNext()
    {
        if (_hasFailed && _handedOut.Length > 0 && !Array.Exists(_handedOut, cache.IsStale))
        {
            _hasFailed = false;
            return true;
        }

        if (!_hasFailed)
        {
            cache.Remove(streamId, _handedOut);
        }

        // After a failure, what is not stale of it is still the oldest.
        _hasFailed = false;
        _handedOut = cache.Peek(streamId, RowsMax);
        return _handedOut.Length > 0;
    }

    /// <inheritdoc />
    public void Refresh(StreamSequenceToken token)
    {
        // Every cursor sees what is added to its stream's queue.
    }

    /// <inheritdoc />
    public void RecordDeliveryFailure() => _hasFailed = true;

    /// <inheritdoc />
    public void Dispose()
    {
        // What was handed out and not confirmed stays in the queue: the next cursor of the stream offers it again.
        _handedOut = [];
    }
}
