using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Metrics;
using Orleans.Runtime;
using Orleans.Streams;

namespace Analytics.Silo.Ingest.Streams;

/// <summary>
/// Step 4: what was read from the log partitions of one queue and is not yet with its actors. One queue a stream, so that a cursor never looks at
/// other streams' batches, however many there are. Entered only by the queue's pulling agent, one call at a time.
/// </summary>
internal sealed class MetricQueueCache(long sizeBytesMax, HeldMemory memory) : IQueueCache
{
    // What one read may add: the receiver hands over one chunk at a time, this only has to be positive.
    private const int AddCountMax = 16 * 1024;

    // Streams that have been empty since this many additions are forgotten, so that a million one-off metrics leave no trace.
    private const int SweepEvery = 10_000;

    private readonly Dictionary<StreamId, WaitingBatches> _streams = [];
    private readonly Dictionary<int, long> _epochs = [];
    private long _sizeBytes;
    private int _addedSinceSweep;

    /// <summary>Bytes of batches held.</summary>
    public long SizeBytes => Volatile.Read(ref _sizeBytes);

    /// <inheritdoc />
    public int GetMaxAddCount() => AddCountMax;

    /// <inheritdoc />
    public bool IsUnderPressure() => _sizeBytes >= sizeBytesMax;

    /// <inheritdoc />
    public void AddToCache(IList<IBatchContainer> messages)
    {
        foreach (var message in messages)
        {
            var batches = (MetricBatches)message;
            ref var waiting = ref CollectionsMarshal.GetValueRefOrAddDefault(_streams, batches.StreamId, out _);
            waiting ??= new WaitingBatches();
            foreach (var batch in batches.Batches)
            {
                waiting.Add(batch);
                Count(batch.SizeBytes);
            }
        }

        _addedSinceSweep += messages.Count;
        if (_addedSinceSweep >= SweepEvery)
        {
            Sweep();
        }
    }

    /// <summary>A reader of one stream.</summary>
    public MetricCursor GetCacheCursor(StreamId streamId) => new(this, streamId);

    /// <inheritdoc />
    IQueueCacheCursor IQueueCache.GetCacheCursor(StreamId streamId, StreamSequenceToken? token) => GetCacheCursor(streamId);

    /// <inheritdoc />
    /// <remarks>Nothing to report: batches leave when their cursor moves past them, and the log is committed by the ledger, not by deliveries.</remarks>
    public bool TryPurgeFromCache([MaybeNullWhen(false)] out IList<IBatchContainer> purgedItems)
    {
        purgedItems = null;
        return false;
    }

    /// <summary>The epoch of a partition; 0 before its first.</summary>
    public long EpochOf(int partition) => _epochs.GetValueOrDefault(partition);

    /// <summary>Whether a batch is of another epoch: it is read again by the current one. Other epochs are earlier ones, whatever their numbers: silos' clocks differ.</summary>
    public bool IsStale(EventBatch batch) => _epochs.TryGetValue(batch.Origin.Partition, out var epoch) && batch.Origin.Epoch != epoch;

    /// <summary>Begins an epoch of a partition: its batches of others are dropped.</summary>
    public void Begin(int partition, long epoch)
    {
        _epochs[partition] = epoch;
        foreach (var waiting in _streams.Values)
        {
            Count(-waiting.RemoveOthers(partition, epoch));
        }
    }

    /// <summary>The oldest batches of a stream, still held here; empty when none wait.</summary>
    public EventBatch[] Peek(StreamId streamId, int rowsMax) =>
        _streams.TryGetValue(streamId, out var waiting) && waiting.Count > 0 ? waiting.Peek(rowsMax) : [];

    /// <summary>Lets go of delivered batches.</summary>
    public void Remove(StreamId streamId, EventBatch[] delivered)
    {
        if (_streams.TryGetValue(streamId, out var waiting))
        {
            Count(-waiting.Remove(delivered));
        }
    }

    private void Count(long bytes)
    {
        _sizeBytes += bytes;
        memory.Add(bytes);
    }

    private void Sweep()
    {
        _addedSinceSweep = 0;
        foreach (var (streamId, waiting) in _streams)
        {
            if (waiting.Count == 0)
            {
                _streams.Remove(streamId);
            }
        }
    }
}
