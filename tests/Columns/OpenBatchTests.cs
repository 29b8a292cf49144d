// Goal: gathered batches are written as the same rows they would be written as apart: each partition's in its order, only the kept ones, values and ids unchanged.
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Columns;
using Analytics.Tests.Live;
using Analytics.Tests.Metrics;
using Xunit;

namespace Analytics.Tests.Columns;

public sealed class OpenBatchTests
{
    [Fact]
    public void Gathered_batches_are_the_same_block_byte_for_byte()
    {
        Seeded.Run(200, static random =>
        {
            var types = Enum.GetValues<ColumnType>();
            var names = Enumerable.Range(0, 8).Select(i => $"поле {i}").ToArray();
            var columns = names.Where(_ => random.Next(4) > 0).Select(name => new TableColumn(name, types[random.Next(types.Length)])).ToArray();
            var batches = Enumerable.Range(0, random.Next(1, 20)).Select(_ => Some(RandomBatches.Next(random, names, 3).Build(), random)).ToArray();
            var joined = Gather(batches);
            Assert.Null(joined.Rows);
            Assert.Equal(batches.Sum(rows => rows.Count), joined.Count);
            Assert.Equal(Encode(batches, columns), Encode([joined], columns));

            // And once more: a joined batch is a batch.
            var other = Some(RandomBatches.Next(random, names, 3).Build(), random);
            Assert.Equal(Encode([.. batches, other], columns), Encode([Gather(joined, other)], columns));
        });
    }

    [Fact]
    public void It_has_the_origin_of_its_last()
    {
        var joined = Gather(At(5, 0, 1), At(5, 3, 3));
        Assert.Equal((5, 3L, "0 3"), (joined.Batch.Origin.Partition, joined.Batch.Origin.ChunkId, string.Join(' ', joined.Batch.Offsets)));
    }

    [Fact]
    public void Ids_that_begin_in_the_middle_belong_to_their_rows()
    {
        var joined = Gather(
            new BatchRows(Batches.Of(default, [new TestRow(), new TestRow()]), null),
            new BatchRows(Batches.Of(default, [new TestRow { Id = "one" }, new TestRow()]), null),
            new BatchRows(Batches.Of(default, [new TestRow()]), null));
        Assert.Equal(["", "", "one", "", ""], Enumerable.Range(0, joined.Count).Select(row => System.Text.Encoding.UTF8.GetString(joined.Batch.IdAt(row))));
    }

    [Fact]
    public void A_field_that_only_dropped_rows_have_is_gone()
    {
        var batch = new TestBatch().Add(("a", TestValue.Text("gone"))).Add(("b", TestValue.Int(1))).Build();
        var joined = Gather(new BatchRows(batch, [1]));
        Assert.Equal("b", Assert.Single(joined.Batch.Fields).Name);
        Assert.Null(joined.Batch.Fields[0].Rows);
    }

    [Fact]
    public void Many_small_batches_weigh_a_fifth_when_gathered()
    {
        var batches = Enumerable.Range(0, 100)
            .Select(i => new BatchRows(new TestBatch().Add(("a", TestValue.Text("text")), ("b", TestValue.Int(i)), ("c", TestValue.Float(i))).Build(), null)).ToArray();
        var open = new OpenBatch(0);
        Array.ForEach(batches, open.Add);
        var apart = batches.Sum(rows => rows.Batch.SizeBytes);
        Assert.True(open.SizeBytes * 5 < apart, $"{open.SizeBytes} bytes open, {apart} apart");
        Assert.True(open.Close().Batch.SizeBytes <= open.SizeBytes);
    }

    private static BatchRows Gather(params BatchRows[] batches)
    {
        var open = new OpenBatch(batches[0].Batch.Origin.Partition);
        Array.ForEach(batches, open.Add);
        Assert.Equal(batches.Sum(rows => rows.Count), open.Count);
        return open.Close();
    }

    private static BatchRows At(int partition, long offset, long chunkId) => new(Batches.At(partition, [offset], chunkId), null);

    private static BatchRows Some(EventBatch batch, Random random) =>
        new(batch, random.Next(2) == 0 ? null : [.. Enumerable.Range(0, batch.Count).Where(row => row == 0 || random.Next(3) > 0)]);

    // What no column takes is written in the order of the batch's fields, which joining may change: a map's keys have no order.
    private static EventBatch Sorted(EventBatch batch) =>
        batch.With([.. batch.Fields.OrderBy(column => column.Name, StringComparer.Ordinal)]);

    private static byte[] Encode(IReadOnlyList<BatchRows> batches, IReadOnlyList<TableColumn> columns)
    {
        var writer = NativeBlockWriter.Rent();
        writer.Write([.. batches.Select(rows => rows with { Batch = Sorted(rows.Batch) })], columns, 7);
        var written = writer.Written.ToArray();
        writer.Return();
        return written;
    }
}
