using Analytics.Grains.Configuration;
using Analytics.GrainInterfaces.Batches;
using Analytics.Silo.Log;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>
/// Turns log messages of one partition into per-metric columns: decode message after message, then take the batches of the chunk.
/// Reusable; not safe for concurrent calls. Buffers are kept between chunks, handed-out arrays are the receiver's.
/// </summary>
internal sealed class ChunkDecoder
{
    private readonly LimitsOptions _limits;

    /// <summary>Uses the given limits for every message.</summary>
    public ChunkDecoder(LimitsOptions limits) => _limits = limits;

    /// <summary>Messages decoded since the last <see cref="Finish"/>.</summary>
    public int MessageCount { get; private set; }

    /// <summary>Rows built since then, dead letters not included.</summary>
    public int RowCount { get; private set; }

    /// <summary>Dead letters since then.</summary>
    public int DeadLetterCount { get; private set; }

    /// <summary>Bytes of columns built since then, about what the batches will hold.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>Appends the events of one message. Never throws for what the message holds: bad input becomes dead letters; each message gives one row or dead letter at least.</summary>
    public void Decode(in LogEntry entry) => throw new NotImplementedException(_limits.ToString() + entry);

    /// <summary>Hands out what was decoded, one batch a metric in order of first appearance (dead letters are the metric <c>analytics/dead_letters</c>), and begins the next chunk.</summary>
    /// <param name="partition">Log partition.</param>
    /// <param name="chunkId">The ledger's number of the chunk.</param>
    /// <param name="preceding">What was handed over before in this epoch; moved on.</param>
    public EventBatch[] Finish(int partition, long chunkId, PrecedingOffsets preceding) => throw new NotImplementedException();
}
