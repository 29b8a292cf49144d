// Goal: tracing costs nothing per record or event: nothing is allocated for what is not traced, whether somebody listens or not, and a chunk and a block tell of
// a bounded number of traced records.
using System.Diagnostics;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Telemetry;
using Analytics.Silo.Ingest.Streams;
using Analytics.Silo.Log;
using Xunit;

namespace Analytics.Tests.Telemetry;

public sealed class TraceCostTests
{
    [Fact]
    public void Records_without_a_trace_cost_no_memory()
    {
        using var listener = new SpanListener();
        var traces = new ChunkTraces(0, TimeProvider.System);
        var entry = new LogEntry(5, new LogRecord("k"u8.ToArray(), "v"u8.ToArray(), 1));
        Assert.Equal(0, AllocatedBy(() => traces.Note(entry)));
        var foreign = new LogEntry(5, entry.Record with { Headers = Headers("origin", "elsewhere") });
        Assert.Equal(0, AllocatedBy(() => traces.Note(foreign)));
        Assert.Equal(0, AllocatedBy(() => traces.Finish([])));
    }

    [Fact]
    public void A_chunk_tells_of_its_first_traced_records_and_batches_know_theirs()
    {
        using var listener = new SpanListener();
        var traces = new ChunkTraces(0, TimeProvider.System);
        for (var offset = 0; offset < PipelineTrace.SpansMax + 5; offset++)
        {
            traces.Note(new LogEntry(offset, new LogRecord(default, "v"u8.ToArray(), 1) { Headers = Headers("traceparent", SpanListener.Parent) }));
        }

        EventBatch[] batches = [Batch(0, 1, 2), Batch(40), Batch(PipelineTrace.SpansMax - 1, PipelineTrace.SpansMax)];
        traces.Finish(batches);
        Assert.Equal(3, batches[0].Trace!.Spans.Length);
        Assert.All(batches[0].Trace!.Spans, span => Assert.StartsWith($"00-{SpanListener.TraceId}-", span, StringComparison.Ordinal));
        Assert.Null(batches[1].Trace);
        Assert.Single(batches[2].Trace!.Spans);

        // The chunk after it begins with none.
        EventBatch[] next = [Batch(0)];
        traces.Finish(next);
        Assert.Null(next[0].Trace);
    }

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0")]
    [InlineData("whatever somebody else wrote there, of the very length.")]
    [InlineData("")]
    public void A_header_that_names_no_sampled_span_is_none(string parent) => Assert.False(LogTrace.TryRead(Headers("traceparent", parent).Span, out _));

    [Fact]
    public void A_header_is_read_as_it_was_written()
    {
        using var listener = new SpanListener();
        using var request = new Activity("request").SetParentId(SpanListener.Parent).Start();
        using var span = PipelineTrace.Append(3)!;
        Assert.True(LogTrace.TryRead(LogTrace.HeadersOf(span).Span, out var parent));
        Assert.Equal((span.TraceId, span.SpanId), (parent.TraceId, parent.SpanId));
        Assert.True(LogTrace.HeadersOf(null).IsEmpty);
    }

    private static EventBatch Batch(params long[] offsets) => new()
    {
        Project = "shop",
        Metric = "m",
        Origin = default,
        Times = new long[offsets.Length],
        Received = new long[offsets.Length],
        Offsets = offsets,
        Sequences = new int[offsets.Length],
        Fields = [],
    };

    private static ReadOnlyMemory<byte> Headers(string name, string value)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        LogHeaders.Append(output, System.Text.Encoding.UTF8.GetBytes(name), System.Text.Encoding.UTF8.GetBytes(value));
        return output.WrittenMemory;
    }

    private static long AllocatedBy(Action action)
    {
        action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
