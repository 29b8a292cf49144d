// Goal: the batches that leave the decoder: order, arrays, mixed kinds, rows, ids, origins, and that a chunk leaves nothing to the next.
using System.Text;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Configuration;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Log;
using Xunit;

namespace Analytics.Tests.Decode;

public sealed class BatchTests
{
    private readonly ChunkDecoder _decoder = new(new LimitsOptions());

    [Fact]
    public void A_message_of_two_metrics_becomes_two_batches()
    {
        Decode(40, 1000, """
            [{"project":"shop","metric":"buy","time":5,"id":"a","fields":{"n":1,"t":"x"}},
             {"project":"shop","metric":"view","fields":{"n":1}},
             {"project":"shop","metric":"buy","fields":{"t":"yy","n":2.5}}]
            """);
        Decode(43, 2000, """{"project":"shop","metric":"buy","id":"bb","fields":{"n":3,"z":true}}""");
        Assert.Equal((2, 4, 0), (_decoder.MessageCount, _decoder.RowCount, _decoder.DeadLetterCount));

        var batches = _decoder.Finish(7, 99, new PrecedingOffsets(3, 40));
        Assert.Equal(["shop/buy", "shop/view"], batches.Select(batch => batch.Key));
        var buy = batches[0];
        Assert.Equal(new BatchOrigin(7, 3, 40, 39, 99, 0), buy.Origin);
        Assert.Equal(new BatchOrigin(7, 3, 40, 39, 99, 1), batches[1].Origin);
        Assert.Equal([5, 1000, 2000], buy.Times);
        Assert.Equal([1000, 1000, 2000], buy.Received);
        Assert.Equal([40, 40, 43], buy.Offsets);
        Assert.Equal([0, 2, 0], buy.Sequences);
        Assert.Equal([1, 1, 3], buy.IdEnds!);
        Assert.Equal("abb"u8.ToArray(), buy.IdHeap!);
        Assert.Null(batches[1].IdEnds);
        Assert.Null(batches[1].IdHeap);
        Assert.Equal([1], batches[1].Sequences);
        AssertColumns(buy.Fields);
        Assert.Equal((0, 0, 0, 0L), (_decoder.MessageCount, _decoder.RowCount, _decoder.DeadLetterCount, _decoder.SizeBytes));
        Assert.Empty(_decoder.Finish(7, 100, new PrecedingOffsets(3, 40)));
    }

    private static void AssertColumns(FieldColumn[] fields)
    {
        Assert.Equal(["n", "t", "z"], fields.Select(field => field.Name));
        var n = fields[0];
        Assert.Equal(FieldKind.Mixed, n.Kind);
        Assert.Equal([FieldKind.Int64, FieldKind.Float64, FieldKind.Int64], n.Kinds!);
        Assert.Null(n.Rows);
        Assert.Equal([1, BitConverter.DoubleToInt64Bits(2.5), 3], n.Bits);
        Assert.Empty(n.Heap);
        var t = fields[1];
        Assert.Equal(FieldKind.String, t.Kind);
        Assert.Null(t.Kinds);
        Assert.Equal([0, 1], t.Rows!);
        Assert.Equal([FieldColumn.HeapRange(0, 1), FieldColumn.HeapRange(1, 2)], t.Bits);
        Assert.Equal("xyy"u8.ToArray(), t.Heap);
        Assert.Equal([2], fields[2].Rows!);
        Assert.Equal(FieldKind.Bool, fields[2].Kind);
    }

    [Fact]
    public void Columns_are_in_order_of_first_appearance_in_this_chunk()
    {
        Decode(0, 1, Decoding.Event("\"a\":1,\"b\":2,\"c\":3"));
        Assert.Equal(["a", "b", "c"], Finish(0).Single().Fields.Select(field => field.Name));
        Decode(1, 1, Decoding.Event("\"c\":1"));
        Decode(2, 1, Decoding.Event("\"b\":1,\"a\":2"));
        var batch = Finish(0).Single();
        Assert.Equal(["c", "b", "a"], batch.Fields.Select(field => field.Name));
        Assert.Equal([1], batch.Fields[2].Rows!);
    }

    [Fact]
    public void Handed_out_arrays_are_the_receivers_own()
    {
        Decode(0, 1, Decoding.Event("\"a\":\"first\",\"b\":1"));
        var first = Finish(0).Single();
        Decode(1, 2, Decoding.Event("\"a\":\"other\",\"b\":2"));
        Finish(0);
        Assert.Equal("first", Decoding.Text(first, "a", 0));
        Assert.Equal([1], first.Times);
        Assert.Equal(1, first.Fields[1].Bits[0]);
    }

    [Fact]
    public void Each_batch_names_the_offset_before_it_until_the_epoch_ends()
    {
        var preceding = new PrecedingOffsets(1, 10);
        Decode(10, 1, Decoding.Event("") + "x");
        Assert.Equal([9, 9], _decoder.Finish(0, 1, preceding).Select(batch => batch.Origin.Preceding));
        Decode(12, 1, """{"project":"p","metric":"other"}""");
        Decode(15, 1, Decoding.Event(""));
        Assert.Equal([9, 10], _decoder.Finish(0, 2, preceding).Select(batch => batch.Origin.Preceding));
        Decode(16, 1, "y");
        Decode(17, 1, Decoding.Event(""));
        Assert.Equal([10, 15], _decoder.Finish(0, 3, preceding).Select(batch => batch.Origin.Preceding));

        preceding.Reset(2, 12);
        Decode(15, 1, Decoding.Event(""));
        var origin = _decoder.Finish(0, 4, preceding).Single().Origin;
        Assert.Equal((2L, 12L, 11L), (origin.Epoch, origin.EpochStart, origin.Preceding));
    }

    [Fact]
    public void The_size_so_far_is_about_the_size_of_the_batches()
    {
        for (var i = 0; i < 500; i++)
        {
            Decode(i, 1, Decoding.Event($"\"a\":\"text {i}\",\"b\":{i},\"c\":[{i},2]"));
            Decode(i, 1, "broken");
        }

        var size = _decoder.SizeBytes;
        var handedOut = Finish(0).Sum(batch => batch.SizeBytes);
        Assert.InRange(size, handedOut * 0.8, handedOut * 1.3);
    }

    [Fact]
    public void Every_message_gives_one_row_or_dead_letter_at_least()
    {
        foreach (var message in new[] { "", " \n\r\n\t", "[]", "[ ]\n[]", ",", "\uFEFF", "\uFEFF[]" })
        {
            Assert.Equal("message_empty", Decoding.Refused(message).Code);
        }
    }

    private void Decode(long offset, long receivedMs, string message) =>
        _decoder.Decode(new LogEntry(offset, new LogRecord(default, Encoding.UTF8.GetBytes(message), receivedMs)));

    private EventBatch[] Finish(long epochStart) => _decoder.Finish(0, 1, new PrecedingOffsets(1, epochStart));
}
