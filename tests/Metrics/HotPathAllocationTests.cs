// Goal: from decoded messages to the encoded block an event costs the arrays of its batch and nothing more: filtering, live state, buffer, queue and
// encoder allocate per batch or per block at most.
using System.Globalization;
using System.Text;
using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Columns;
using Analytics.Grains.Configuration;
using Analytics.Grains.Live;
using Analytics.Grains.Metrics;
using Analytics.Grains.Tables;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Ingest.Streams;
using Analytics.Silo.Log;
using Orleans.Runtime;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class HotPathAllocationTests
{
    private const int EventsOfBatch = 2000;
    // Long enough that few values are new to the samples of frequent ones.
    private const int WarmUpBatches = 32;
    private const int CountedBatches = 16;
    private const int CountedEvents = CountedBatches * EventsOfBatch;

    // What a batch may cost besides its arrays and for its way: objects, names, entries of lists.
    private const int BatchBytesMax = 4096;

    // Half a byte an event: lists that grow and objects a batch are allowed; one object an event, 24 bytes at least, is not.
    private const long StageBytesMax = CountedEvents / 2;

    private readonly ChunkDecoder _decoder = new(new LimitsOptions());
    private readonly PrecedingOffsets _preceding = new(1, 0);
    private readonly LiveMetric _live = new();
    private readonly TablePlan _plan = new([], 500, []);
    private readonly RowFilter _filter = new(new IdWindow(EventsOfBatch, TimeSpan.FromHours(1)));
    private long _offset;

    [Fact]
    public void A_batch_costs_its_arrays()
    {
        DecodeBatches(WarmUpBatches);
        for (var i = 0; i < CountedBatches; i++)
        {
            Decode();
            EventBatch batch = null!;
            var bytes = Allocated(() => batch = Finish());
            Assert.InRange(bytes, 0, batch.SizeBytes + BatchBytesMax);
        }
    }

    [Fact]
    public void The_queue_of_a_stream_costs_nothing_per_event()
    {
        var cache = new MetricQueueCache(long.MaxValue, new HeldMemory(long.MaxValue));
        var stream = StreamId.Create(StreamNames.Metrics, "shop/purchase");
        using var cursor = cache.GetCacheCursor(stream);
        var (warmUp, counted) = (DecodeBatches(WarmUpBatches), DecodeBatches(CountedBatches));
        Deliver(warmUp);
        Assert.InRange(Allocated(() => Deliver(counted)), 0, CountedBatches * BatchBytesMax / 4);

        void Deliver(EventBatch[] batches)
        {
            foreach (var batch in batches)
            {
                cache.AddToCache([new MetricBatches(stream, [batch])]);
                while (cursor.MoveNext())
                {
                    Assert.Same(batch, ((MetricBatches)cursor.GetCurrent(out _)!).Batches[0]);
                }
            }
        }
    }

    [Fact]
    public void Filter_live_state_and_buffer_cost_nothing_per_event()
    {
        var buffer = new RowBuffer();
        var (warmUp, counted) = (DecodeBatches(WarmUpBatches), DecodeBatches(CountedBatches));
        Take(buffer, warmUp);
        buffer.Take(int.MaxValue, 1);
        Assert.InRange(Allocated(() => Take(buffer, counted)), 0, StageBytesMax);
        Assert.Equal(CountedEvents, buffer.RowCount);
        Assert.Equal((WarmUpBatches + CountedBatches) * EventsOfBatch, _live.Total);
    }

    [Fact]
    public void Encoding_costs_nothing_per_event()
    {
        var buffer = new RowBuffer();
        Take(buffer, DecodeBatches(CountedBatches));
        var block = buffer.Take(int.MaxValue, 1);
        var writer = NativeBlockWriter.Rent();
        writer.Write(block.Batches, block.Columns, block.InsertedSeconds);
        Assert.InRange(Allocated(() => writer.Write(block.Batches, block.Columns, block.InsertedSeconds)), 0, StageBytesMax);
        Assert.Equal(CountedEvents, writer.Rows);
        writer.Return();
    }

    private static long Allocated(Action work)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private void Take(RowBuffer buffer, EventBatch[] batches)
    {
        foreach (var batch in batches)
        {
            var rows = _filter.Keep(batch, -1, out var duplicates);
            Assert.Equal(0, duplicates);
            _live.Apply(rows, _plan);
            buffer.Add(rows, _plan, duplicates, startsBlock: false);
        }
    }

    private EventBatch[] DecodeBatches(int count) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        Decode();
        return Finish();
    })];

    private EventBatch Finish() => Assert.Single(_decoder.Finish(0, _offset, _preceding));

    // Every kind of column; a field that is not in every event; an id; a text with more values than are counted and one with few.
    private void Decode()
    {
        for (var i = 0; i < EventsOfBatch; i++, _offset++)
        {
            var rare = i % 5 == 0 ? ",\"rare\":1" : string.Empty;
            var text = string.Create(CultureInfo.InvariantCulture, $$$"""
                {"project":"shop","metric":"purchase","id":"e{{{_offset}}}","fields":{"n":{{{i}}},"x":{{{i}}}.5,"ok":true,"few":"f{{{i % 7}}}","many":"m{{{_offset}}}",
                "at":"2026-11-20T10:00:00Z","tags":["a","b"]{{{rare}}} } }
                """);
            _decoder.Decode(new LogEntry(_offset, new LogRecord(default, Encoding.UTF8.GetBytes(text.Trim()), 1_795_168_800_000)));
        }
    }
}
