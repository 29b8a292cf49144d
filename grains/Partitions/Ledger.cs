using System.Collections;
using Analytics.GrainInterfaces.Ledger;

namespace Analytics.Grains.Partitions;

/// <summary>
/// Which chunks of a partition were handed out and which of their batches are durable: the log may commit up to the first chunk that
/// still waits. Holds nothing that cannot be had again from the log's committed offset.
/// </summary>
internal sealed class Ledger(TimeProvider time)
{
    private readonly Queue<Chunk> _open = new();
    private readonly Dictionary<long, Chunk> _byId = [];
    private long _epoch = -1;
    private long _durableOffset;
    private long _nextChunkId;
    private long _registeredOffset;
    private string? _endReason = "No receiver has opened this partition yet.";

    /// <summary>Begins a new epoch; batches of earlier ones no longer count.</summary>
    /// <param name="committedOffset">Where the receiver starts to read.</param>
    /// <returns>The epoch: milliseconds since 1970, or one more than the epoch before, so that it also ascends across restarts.</returns>
    public long Open(long committedOffset)
    {
        _epoch = Math.Max(_epoch + 1, time.GetUtcNow().ToUnixTimeMilliseconds());
        _durableOffset = committedOffset;
        _nextChunkId = 0;
        _registeredOffset = committedOffset;
        _endReason = null;
        _open.Clear();
        _byId.Clear();
        return _epoch;
    }

    /// <summary>Takes the announcement of a chunk; ignored when its epoch has ended.</summary>
    /// <exception cref="InvalidOperationException">Chunks of an epoch must come in order, and each further in the log.</exception>
    public LedgerStatus Register(long epoch, ChunkRegistration chunk)
    {
        if (IsCurrent(epoch))
        {
            if (chunk.ChunkId != _nextChunkId || chunk.NextOffset <= _registeredOffset)
            {
                throw new InvalidOperationException(
                    $"Chunk {chunk.ChunkId} up to {chunk.NextOffset} was announced where chunk {_nextChunkId} beyond {_registeredOffset} is due.");
            }

            _nextChunkId++;
            _registeredOffset = chunk.NextOffset;
            var open = new Chunk(chunk);
            _open.Enqueue(open);
            _byId.Add(chunk.ChunkId, open);
            Advance();
        }

        return Describe(epoch);
    }

    /// <summary>Notes that batches are durable. Repeats, other epochs and finished chunks are ignored.</summary>
    public void Acknowledge(ReadOnlySpan<BatchAcknowledgement> acknowledgements)
    {
        foreach (var acknowledgement in acknowledgements)
        {
            if (IsCurrent(acknowledgement.Epoch) && _byId.TryGetValue(acknowledgement.ChunkId, out var chunk))
            {
                chunk.Acknowledge(acknowledgement.ChunkIndex);
            }
        }

        Advance();
    }

    /// <summary>Ends an epoch, if it is the current one.</summary>
    public void End(long epoch, string reason)
    {
        if (IsCurrent(epoch))
        {
            _endReason = reason;
        }
    }

    /// <summary>The state of an epoch.</summary>
    public LedgerStatus Describe(long epoch) => IsCurrent(epoch)
        ? new LedgerStatus(true, _durableOffset, _open.Count)
        : new LedgerStatus(false, _durableOffset, 0, epoch == _epoch ? _endReason : $"Epoch {_epoch} has taken over from epoch {epoch}.");

    /// <summary>Batches of the oldest open chunk that nobody has acknowledged, at most so many.</summary>
    public BatchAcknowledgement[] DescribeMissing(int partition, long epoch, int batchesMax) => IsCurrent(epoch) && _open.TryPeek(out var oldest)
        ? [.. oldest.MissingIndexes().Take(batchesMax).Select(index => new BatchAcknowledgement(partition, epoch, oldest.Registration.ChunkId, index))]
        : [];

    private bool IsCurrent(long epoch) => epoch == _epoch && _endReason is null;

    private void Advance()
    {
        while (_open.TryPeek(out var first) && first.Missing == 0)
        {
            _open.Dequeue();
            _byId.Remove(first.Registration.ChunkId);
            _durableOffset = first.Registration.NextOffset;
        }
    }

    private sealed class Chunk(ChunkRegistration registration)
    {
        private readonly BitArray _acknowledged = new(registration.BatchCount);

        public ChunkRegistration Registration { get; } = registration;

        public int Missing { get; private set; } = registration.BatchCount;

        public IEnumerable<int> MissingIndexes() => Enumerable.Range(0, _acknowledged.Count).Where(index => !_acknowledged[index]);

        public void Acknowledge(int index)
        {
            if (index >= 0 && index < _acknowledged.Count && !_acknowledged[index])
            {
                _acknowledged[index] = true;
                Missing--;
            }
        }
    }
}
