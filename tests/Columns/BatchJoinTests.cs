// Goal: joined batches are written as the same rows they would be written as apart: each partition's in its order, only the kept ones, values and ids unchanged.
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Columns;
using Analytics.Tests.Live;
using Analytics.Tests.Metrics;
using Xunit;

namespace Analytics.Tests.Columns;

public sealed class BatchJoinTests
{
    [Fact]
    public void Joined_batches_of_a_partition_are_the_same_block_byte_for_byte()
    {
        Seeded.Run(200, static random =>
        {
            var types = Enum.GetValues<ColumnType>();
            var names = Enumerable.Range(0, 8).Select(i => $"поле {i}").ToArray();
            var columns = names.Where(_ => random.Next(4) > 0).Select(name => new TableColumn(name, types[random.Next(types.Length)])).ToArray();
            var batches = Enumerable.Range(0, random.Next(1, 20)).Select(_ => Some(RandomBatches.Next(random, names, 3).Build(), random)).ToArray();
            var joined = Assert.Single(BatchJoin.Join(batches));
            Assert.Null(joined.Rows);
            Assert.Equal(batches.Sum(rows => rows.Count), joined.Count);
            Assert.Equal(Encode(batches, columns), Encode([joined], columns));

            // And once more: a joined batch is a batch.
            var other = Some(RandomBatches.Next(random, names, 3).Build(), random);
            Assert.Equal(Encode([.. batches, other], columns), Encode(BatchJoin.Join([joined, other]), columns));
        });
    }

    [Fact]
    public void Each_partition_becomes_a_batch_with_the_origin_of_its_last()
    {
        var joined = BatchJoin.Join([At(5, 0, 1), At(2, 10, 2), At(5, 3, 3), At(2, 11, 4)]);
        Assert.Equal([(5, 3L, "0 3"), (2, 4L, "10 11")], joined.Select(rows =>
            (rows.Batch.Origin.Partition, rows.Batch.Origin.ChunkId, string.Join(' ', rows.Batch.Offsets))));
    }

    [Fact]
    public void A_field_that_only_dropped_rows_have_is_gone()
    {
        var batch = new TestBatch().Add(("a", TestValue.Text("gone"))).Add(("b", TestValue.Int(1))).Build();
        var joined = Assert.Single(BatchJoin.Join([new BatchRows(batch, [1])]));
        Assert.Equal("b", Assert.Single(joined.Batch.Fields).Name);
        Assert.Null(joined.Batch.Fields[0].Rows);
    }

    [Fact]
    public void Many_small_batches_weigh_a_fifth_when_joined()
    {
        var batches = Enumerable.Range(0, 100)
            .Select(i => new BatchRows(new TestBatch().Add(("a", TestValue.Text("text")), ("b", TestValue.Int(i)), ("c", TestValue.Float(i))).Build(), null)).ToArray();
        Assert.True(BatchJoin.Join(batches).Sum(rows => rows.Batch.SizeBytes) * 5 < batches.Sum(rows => rows.Batch.SizeBytes));
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
