using System.Diagnostics;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Telemetry;
using Analytics.Silo.Log;

namespace Analytics.Silo.Ingest.Streams;

/// <summary>The traced records of the chunk being decoded. While nobody listens, or no record is traced, nothing is kept and nothing allocated.</summary>
/// <param name="partition">The log partition.</param>
/// <param name="time">The clock.</param>
internal sealed class ChunkTraces(int partition, TimeProvider time)
{
    private readonly List<(long Offset, ActivityContext Parent)> _records = [];
    private DateTime _begin;

    /// <summary>Looks at a record that is about to be decoded.</summary>
    public void Note(in LogEntry entry)
    {
        if (!entry.Record.Headers.IsEmpty && PipelineTrace.IsOn && _records.Count < PipelineTrace.SpansMax
            && LogTrace.TryRead(entry.Record.Headers.Span, out var parent))
        {
            _begin = _records.Count == 0 ? time.GetUtcNow().UtcDateTime : _begin;
            _records.Add((entry.Offset, parent));
        }
    }

    /// <summary>Ends the chunk: a span for each traced record, and batches that know the spans of the records they have rows of.</summary>
    /// <param name="batches">The chunk's; those with traced rows are replaced.</param>
    public void Finish(EventBatch[] batches)
    {
        if (_records.Count > 0)
        {
            Trace(batches);
            _records.Clear();
        }
    }

    // Apart from the check before: what it captures would be allocated for every chunk.
    private void Trace(EventBatch[] batches)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var spans = _records.ConvertAll(record => SpanOf(record.Offset, record.Parent, now));
        for (var i = 0; i < batches.Length; i++)
        {
            var own = new List<string>();
            for (var record = 0; record < spans.Count; record++)
            {
                if (spans[record] is { } span && Array.BinarySearch(batches[i].Offsets, _records[record].Offset) >= 0)
                {
                    own.Add(span);
                }
            }

            if (own.Count > 0)
            {
                batches[i] = batches[i].With(new BatchTrace([.. own], now.Ticks));
            }
        }
    }

    private string? SpanOf(long offset, ActivityContext parent, DateTime now)
    {
        using var span = PipelineTrace.Decode(parent, partition, offset, _begin);
        return span is { Recorded: true } ? span.SetEndTime(now).Id : null;
    }
}
