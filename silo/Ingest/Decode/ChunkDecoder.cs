using Analytics.Grains.Columns;
using Analytics.Grains.Configuration;
using Analytics.GrainInterfaces.Batches;
using Analytics.Silo.Log;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>
/// Turns log messages of one partition into per-metric columns: decode message after message, then take the batches of the chunk.
/// Reusable; not safe for concurrent calls. Buffers are kept between chunks, handed-out arrays are the receiver's.
/// </summary>
/// <remarks>
/// Its owner ends a chunk by <see cref="SizeBytes"/>; one message may add several times its own bytes (short values most, a word or more each),
/// and is never split. A chunk must stay below 2 GiB: beyond it <see cref="Decode"/> throws <see cref="OverflowException"/>.
/// </remarks>
internal sealed class ChunkDecoder
{
    // Decompressed messages are about this size; the buffer of a larger one is let go.
    private const int KeptBytesMax = 2 * 1024 * 1024;

    private readonly LimitsOptions _limits;
    private readonly BareEvents? _mapping;
    private readonly MetricBuilders _builders = new();
    private readonly List<MetricBuilder> _withRows = [];
    private readonly EventWalker<ColumnSink> _walker;
    private DeadLetterBuilder _deadLetters;
    private ByteBuffer _decompressed = new(0);

    /// <summary>Uses the given limits for every message.</summary>
    /// <param name="limits">What an input may be.</param>
    /// <param name="mapping">For a partition of a topic of other producers: what its messages are. Else they are events with envelopes.</param>
    public ChunkDecoder(LimitsOptions limits, BareEvents? mapping = null)
    {
        _limits = limits;
        _mapping = mapping;
        _deadLetters = new DeadLetterBuilder(limits.DeadLetterBytesMax);
        _walker = new EventWalker<ColumnSink>(limits, new ColumnSink(_builders, _deadLetters, _withRows, mapping));
    }

    /// <summary>
    /// Whether messages of inputs that are refused already are read as such. Only for logs that nobody but this system writes: other producers' bytes must
    /// not make dead letters in the name of any project they like. Never for a mapped topic.
    /// </summary>
    public bool TakesRefusedInputs { get; init; } = true;

    /// <summary>Whether events that are plain are read without the JSON reader: for tests and measurements, what comes out is the same.</summary>
    public bool ReadsPlain
    {
        get => _walker.ReadsPlain;
        init => _walker.ReadsPlain = value;
    }

    /// <summary>For one partition of a log: its messages' mapping, and whether it is ours alone to write refused inputs to.</summary>
    public static ChunkDecoder For(LimitsOptions limits, IEventLog log, int partition) =>
        new(limits, BareEvents.Of(log.MappingOf(partition))) { TakesRefusedInputs = log.WritablePartitions.Contains(partition) };

    /// <summary>Messages decoded since the last <see cref="Finish"/>.</summary>
    public int MessageCount { get; private set; }

    /// <summary>Bytes of those messages, as they are in the log.</summary>
    public long MessageBytes { get; private set; }

    /// <summary>Rows built since then, dead letters not included.</summary>
    public int RowCount => _walker.Sink.RowCount;

    /// <summary>Dead letters since then.</summary>
    public int DeadLetterCount => _walker.Sink.DeadLetterCount;

    /// <summary>Bytes of columns built since then, about what the batches will hold.</summary>
    public long SizeBytes => _walker.Sink.SizeBytes;

    /// <summary>Metrics whose names and buffers are kept.</summary>
    public int CachedMetricCount => _builders.Count;

    /// <summary>Bytes kept for them between chunks.</summary>
    public long RetainedBytes => _builders.RetainedBytes;

    /// <summary>
    /// Appends the events of one message. Never throws for what the message holds: bad input becomes dead letters;
    /// each message gives one row or dead letter at least.
    /// </summary>
    public void Decode(in LogEntry entry)
    {
        ref var sink = ref _walker.Sink;
        sink.Offset = entry.Offset;
        sink.ReceivedMs = entry.Record.TimestampMs;
        var message = entry.Record.Value;
        MessageCount++;
        MessageBytes += message.Length;
        var parts = _mapping?.Wanted(new MessageParts(entry.Record.Key, entry.Record.Headers)) ?? default;
        sink.Parts = parts;
        if (TakesRefusedInputs && _mapping is null && RejectedInputs.Is(message.Span))
        {
            // Whatever its size: it is ours, it does not grow, and it may carry a whole row.
            RejectedInputs.Read(message.Span, ref sink);
        }
        else if (message.Length > _limits.MessageBytesMax)
        {
            RejectMessage(message.Span, MessageErrors.MessageTooLarge(_limits.MessageBytesMax));
        }
        else if (!GzipMessage.IsGzip(message.Span))
        {
            _walker.Walk(message.Span, _mapping, parts);
        }
        else if (GzipMessage.Decompress(message, ref _decompressed, _limits.MessageBytesMax) is { } error)
        {
            RejectMessage(message.Span, error);
        }
        else
        {
            _walker.Walk(_decompressed.Written, _mapping, parts);
        }

        if (_decompressed.Capacity > KeptBytesMax)
        {
            _decompressed = new ByteBuffer(0);
        }
    }

    /// <summary>
    /// Hands out what was decoded, one batch a metric in order of first appearance (dead letters are the metric
    /// <c>analytics/dead_letters</c>), and begins the next chunk.
    /// </summary>
    /// <param name="partition">Log partition.</param>
    /// <param name="chunkId">The ledger's number of the chunk.</param>
    /// <param name="preceding">What was handed over before in this epoch; moved on.</param>
    /// <returns>The batches; none when nothing was decoded.</returns>
    public EventBatch[] Finish(int partition, long chunkId, PrecedingOffsets preceding)
    {
        var batches = new EventBatch[_withRows.Count];
        for (var i = 0; i < batches.Length; i++)
        {
            var builder = _withRows[i];
            var before = preceding.Advance(builder.Key, builder.LastOffset);
            batches[i] = builder.Take(new BatchOrigin(partition, preceding.Epoch, preceding.EpochStart, before, chunkId, i));
        }

        _withRows.Clear();
        _builders.EndChunk();
        MessageCount = 0;
        MessageBytes = 0;
        _walker.Sink = new ColumnSink(_builders, KeepDeadLetters(), _withRows, _mapping);
        return batches;
    }

    // A burst of dead letters, which carry their input, must not keep its space for ever.
    private DeadLetterBuilder KeepDeadLetters() => _deadLetters.Rows.CapacityBytes <= KeptBytesMax
        ? _deadLetters
        : _deadLetters = new DeadLetterBuilder(_limits.DeadLetterBytesMax);

    private void RejectMessage(ReadOnlySpan<byte> message, InputError error) =>
        _walker.Sink.Reject(new InputRange(0, 0, message.Length), message, error, default, default);
}
