using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Ledger;
using Orleans;

namespace Analytics.Silo.Ingest.Streams;

/// <summary>
/// Notices batches that were handed over and have vanished, with the machine their actor was on. When an open chunk has not moved for long,
/// the actors of its missing batches are asked: one that does not answer, or is still at it, is waited for; one that knows nothing of its
/// batch, twice, has lost it. (The next batch of the same metric would show the gap, but there may never be one.)
/// </summary>
/// <remarks>Safe for one caller of <see cref="Add"/> beside one of <see cref="FindLostAsync"/>.</remarks>
internal sealed class StallWatch(IGrainFactory grains, TimeSpan stallMax, TimeProvider time)
{
    // Batches of the oldest chunk that are asked about at once: one that is lost is enough.
    private const int AskedMax = 16;

    // A rewind that did not help makes the next one wait longer, up to this many times the usual.
    private const int PatienceMax = 32;

    private readonly Lock _gate = new();
    private readonly Queue<(long NextOffset, string[] Keys)> _open = new();
    private long _epoch = -1;
    private long _durableOffset;
    private long _movedAt;
    private int _patience = 1;
    private BatchAcknowledgement? _suspect;

    /// <summary>Begins an epoch.</summary>
    public void Begin(long epoch, long committedOffset)
    {
        lock (_gate)
        {
            _open.Clear();
            _epoch = epoch;
            _durableOffset = committedOffset;
            _movedAt = time.GetTimestamp();
            _suspect = null;
        }
    }

    /// <summary>Remembers whose batches a chunk holds, in the order of their indexes.</summary>
    public void Add(long nextOffset, string[] keys)
    {
        lock (_gate)
        {
            _open.Enqueue((nextOffset, keys));
        }
    }

    /// <summary>Looks at the epoch now and then.</summary>
    /// <returns>Which batch is lost, in words; <see langword="null"/> as long as none is known to be.</returns>
    public async Task<string?> FindLostAsync(IPartitionGrain ledger, LedgerStatus status)
    {
        if (!HasStalled(status, out var keys))
        {
            return null;
        }

        var missing = await ledger.GetMissingAsync(_epoch, AskedMax);
        foreach (var batch in missing)
        {
            if (batch.ChunkIndex < keys.Length && await IsLostAsync(keys[batch.ChunkIndex], batch))
            {
                return Judge(keys[batch.ChunkIndex], batch);
            }
        }

        _suspect = null;
        return null;
    }

    private bool HasStalled(LedgerStatus status, out string[] keys)
    {
        lock (_gate)
        {
            while (_open.TryPeek(out var oldest) && oldest.NextOffset <= status.DurableOffset)
            {
                _open.Dequeue();
            }

            if (status.DurableOffset > _durableOffset || status.OpenChunks == 0)
            {
                _durableOffset = status.DurableOffset;
                _movedAt = time.GetTimestamp();
                _patience = 1;
                _suspect = null;
            }

            keys = _open.TryPeek(out var first) ? first.Keys : [];
            return status.IsCurrent && keys.Length > 0 && time.GetElapsedTime(_movedAt) >= stallMax * _patience;
        }
    }

    private async Task<bool> IsLostAsync(string key, BatchAcknowledgement batch)
    {
        try
        {
            return !await grains.GetGrain<IMetricGrain>(key).HoldsAsync(batch);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // An actor that cannot answer, as while its table is away, has not said that it lost anything.
            return false;
        }
    }

    // Asked once, a batch may just have been on its way to its actor.
    private string? Judge(string key, BatchAcknowledgement batch)
    {
        lock (_gate)
        {
            _movedAt = time.GetTimestamp();
            if (_suspect != batch)
            {
                _suspect = batch;
                return null;
            }

            _patience = Math.Min(PatienceMax, _patience * 2);
            return $"Batch {batch.ChunkIndex} of chunk {batch.ChunkId} was handed to {key}, which has neither acknowledged it nor holds it.";
        }
    }
}
