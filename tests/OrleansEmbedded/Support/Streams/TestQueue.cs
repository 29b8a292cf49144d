using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;
using Orleans.Streams;

namespace Analytics.Tests.OrleansEmbedded.Support.Streams;

/// <summary>One queue, its receiver and its cache: waiting containers by stream, as a real cache of ours has them.</summary>
internal sealed class TestQueue : IQueueAdapterReceiver, IQueueCache
{
    private readonly ConcurrentQueue<TestBatch> _pushed = new();
    private readonly Dictionary<StreamId, LinkedList<IBatchContainer>> _cached = [];
    private readonly List<IBatchContainer> _done = [];
    private TestQueues _owner = null!;
    private int _inside;

    public int Reads { get; private set; }

    public int Cached { get; private set; }

    public bool IsPressed { get; set; }

    public int FailingReads { get; set; }

    public int MaxAddCount { get; set; } = 1_000;

    private Probe Probe => _owner.Probe;

    public void Push(TestBatch batch) => _pushed.Enqueue(batch);

    public IQueueAdapterReceiver CreateReceiver(TestQueues owner)
    {
        _owner = owner;
        return this;
    }

    public IQueueCache CreateCache(TestQueues owner)
    {
        _owner = owner;
        return this;
    }

    public Task Initialize(TimeSpan timeout)
    {
        Probe.Note("initialize");
        return Task.CompletedTask;
    }

    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => Alone<Task<IList<IBatchContainer>>>(() =>
    {
        Reads++;
        if (FailingReads > 0)
        {
            FailingReads--;
            throw new InvalidTimeZoneException("read");
        }

        var taken = new List<IBatchContainer>();
        while (taken.Count < maxCount && _pushed.TryDequeue(out var batch))
        {
            taken.Add(batch);
        }

        if (taken.Count > 0)
        {
            Probe.Note($"read {string.Join(' ', taken.Select(b => b.SequenceToken))}");
        }

        return Task.FromResult<IList<IBatchContainer>>(taken);
    });

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages)
    {
        Probe.Note($"delivered {string.Join(' ', messages.Select(b => b.SequenceToken))}");
        return Task.CompletedTask;
    }

    public Task Shutdown(TimeSpan timeout)
    {
        Probe.Note("shutdown");
        return Task.CompletedTask;
    }

    public int GetMaxAddCount() => MaxAddCount;

    public void AddToCache(IList<IBatchContainer> messages) => Alone(() =>
    {
        foreach (var batch in messages)
        {
            Waiting(batch.StreamId).AddLast(batch);
            Cached++;
        }

        return 0;
    });

    public bool TryPurgeFromCache([MaybeNullWhen(false)] out IList<IBatchContainer> purgedItems)
    {
        purgedItems = [.. _done];
        _done.Clear();
        return purgedItems.Count > 0;
    }

    public IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token) => Alone(() => new Cursor(this, streamId));

    public bool IsUnderPressure() => IsPressed;

    public void UpdateDeliveryProgress(StreamSequenceToken? earliestSubscriptionToken, DateTime utcNow) => Probe.Note($"progress {earliestSubscriptionToken}");

    private LinkedList<IBatchContainer> Waiting(StreamId stream)
    {
        if (!_cached.TryGetValue(stream, out var waiting))
        {
            _cached.Add(stream, waiting = new());
        }

        return waiting;
    }

    private T Alone<T>(Func<T> function)
    {
        if (Interlocked.Increment(ref _inside) != 1)
        {
            Probe.Note("entered twice");
        }

        Thread.SpinWait(50);
        try
        {
            return function();
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    /// <summary>Moving on means that the batch is done, unless its delivery failed and it is to be offered again.</summary>
    private sealed class Cursor(TestQueue queue, StreamId stream) : IQueueCacheCursor
    {
        private IBatchContainer? _current;
        private bool _hasFailed;

        public IBatchContainer? GetCurrent(out Exception? exception)
        {
            exception = null;
            return _current;
        }

        public bool MoveNext() => queue.Alone(() =>
        {
            if (_current is not null && _hasFailed && queue._owner.MustOfferAgain)
            {
                _hasFailed = false;
                return true;
            }

            var waiting = queue.Waiting(stream);
            if (_current is not null)
            {
                waiting.Remove(_current);
                queue._done.Add(_current);
                queue.Cached--;
            }

            _hasFailed = false;
            _current = waiting.First?.Value;
            return _current is not null;
        });

        public void Refresh(StreamSequenceToken token) => queue.Alone(() => 0);

        public void RecordDeliveryFailure() => queue.Alone(() => _hasFailed = true);

        public void Dispose() => queue.Probe.Note($"cursor of {stream.GetKeyAsString()} disposed");
    }
}
