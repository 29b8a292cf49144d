using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Analytics.Grains.Metrics;

namespace Analytics.Silo.Ingest.Streams;

/// <summary>Reading and decoding, meter <c>Analytics.Ingest</c>, by partition; caches by queue.</summary>
internal sealed class IngestInstruments : IDisposable
{
    private readonly Meter _meter = new("Analytics.Ingest");
    private readonly Counter<long> _chunks;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _rows;
    private readonly Counter<long> _deadLetters;
    private readonly Counter<long> _epochs;
    private readonly Counter<long> _pauses;
    private readonly ConcurrentDictionary<int, MetricQueueCache> _caches = new();
    private readonly ConcurrentDictionary<int, long> _nextOffsets = new();

    /// <summary>Makes the instruments.</summary>
    /// <param name="memory">What the process holds.</param>
    public IngestInstruments(HeldMemory memory)
    {
        _chunks = _meter.CreateCounter<long>("analytics.ingest.chunks", "{chunk}", "Portions of the log decoded at a time: rows a chunk say how well what a chunk costs is shared.");
        _messages = _meter.CreateCounter<long>("analytics.ingest.messages", "{message}", "Log messages decoded, repeats after a new epoch included.");
        _rows = _meter.CreateCounter<long>("analytics.ingest.rows", "{row}", "Events decoded into columns.");
        _deadLetters = _meter.CreateCounter<long>("analytics.ingest.dead_letters", "{row}", "Inputs that could not become events.");
        _epochs = _meter.CreateCounter<long>("analytics.ingest.epochs", "{epoch}", "Times reading began at the committed offset.");
        _pauses = _meter.CreateCounter<long>("analytics.ingest.pauses", "{pause}", "Times reading waited because as many bytes were held between log and tables as may be.");
        _meter.CreateObservableGauge(
            "analytics.ingest.next_offset", () => _nextOffsets.Select(pair => new Measurement<long>(pair.Value, Tag(pair.Key))), "{offset}",
            "Everything before it was decoded: analytics.log.end_offset less this is the lag.");
        _meter.CreateObservableGauge("analytics.ingest.memory.bytes", () => memory.Bytes, "By", "Bytes of events held between log and tables.");
        _meter.CreateObservableGauge(
            "analytics.ingest.cache.bytes", () => _caches.Select(pair => new Measurement<long>(pair.Value.SizeBytes, new KeyValuePair<string, object?>("queue", pair.Key))), "By",
            "Bytes of decoded batches that wait for their actors.");
    }

    /// <summary>A chunk was decoded, and with it everything before an offset.</summary>
    public void Decoded(int partition, long nextOffset, int messages, int rows, int deadLetters)
    {
        _nextOffsets[partition] = nextOffset;
        var tag = Tag(partition);
        _chunks.Add(1, tag);
        _messages.Add(messages, tag);
        _rows.Add(rows, tag);
        if (deadLetters > 0)
        {
            _deadLetters.Add(deadLetters, tag);
        }
    }

    /// <summary>By partition that is read here: everything before the offset was decoded.</summary>
    public IEnumerable<KeyValuePair<int, long>> NextOffsets => _nextOffsets;

    /// <summary>An epoch began, at an offset.</summary>
    public void Began(int partition, long offset)
    {
        _nextOffsets[partition] = offset;
        _epochs.Add(1, Tag(partition));
    }

    /// <summary>A partition is not read here any more.</summary>
    public void Ended(int partition) => _nextOffsets.TryRemove(partition, out _);

    /// <summary>Reading waits for memory.</summary>
    public void Paused(int partition) => _pauses.Add(1, Tag(partition));

    /// <summary>Shows a queue's cache in the gauge.</summary>
    public void Observe(int queue, MetricQueueCache cache) => _caches[queue] = cache;

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(int partition) => new("partition", partition);
}
