// Goal: an acknowledgement is due when, and never before, every row taken in before it is in a block; batches are taken out whole and in order.
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Ledger;
using Analytics.Grains.Columns;
using Analytics.Grains.Metrics;
using Analytics.Grains.Tables;
using Analytics.Tests.Columns;
using Analytics.Tests.Live;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class RowBufferTests
{
    // Batches as they come; what is gathered has tests of its own.
    private readonly RowBuffer _buffer = new(gatherRowsMax: 0);
    private readonly RowBuffer _gathering = new();
    private readonly TablePlan _plan = NewPlan();

    [Fact]
    public void Blocks_stay_within_the_limit_but_take_one_batch_at_least()
    {
        Add(0, 3);
        Add(1, 4);
        Add(2, 4);
        Assert.Equal([0L, 1], Chunks(_buffer.Take(7, 0).Batches));
        Assert.Equal([2L], Chunks(_buffer.Take(3, 0).Batches));
        Assert.Empty(_buffer.Take(7, 0).Batches);
    }

    [Fact]
    public void A_larger_batch_behind_a_smaller_one_waits_for_the_next_block()
    {
        Add(0, 3);
        Add(1, 5);
        Add(2, 1);
        Assert.Equal([0L], Chunks(_buffer.Take(7, 0).Batches));
        Assert.Equal([1L, 2], Chunks(_buffer.Take(7, 0).Batches));
    }

    [Fact]
    public void Rows_and_bytes_are_counted_in_and_out()
    {
        Assert.True(_buffer.IsEmpty);
        Add(0, 3);
        Add(1, 5);
        Assert.Equal(8, _buffer.RowCount);
        Assert.True(_buffer.SizeBytes > 0);
        _buffer.Take(3, 0);
        Assert.Equal(5, _buffer.RowCount);
        _buffer.Take(5, 0);
        Assert.Equal(0, _buffer.RowCount);
        Assert.Equal(0, _buffer.SizeBytes);
        Assert.True(_buffer.IsEmpty);
    }

    [Fact]
    public void An_acknowledgement_comes_with_the_block_of_its_rows()
    {
        Add(0, 3);
        Add(1, 3);
        Assert.Equal([0L], Chunks(_buffer.Take(3, 0).Acknowledgements));
        Assert.Equal([1L], Chunks(_buffer.Take(3, 0).Acknowledgements));
    }

    [Fact]
    public void A_batch_without_kept_rows_is_acknowledged_with_what_came_before_it()
    {
        Add(0, 3);
        AddNothing(1);
        Add(2, 3);
        AddNothing(3);
        Assert.Equal([0L], Chunks(_buffer.Take(3, 0).Acknowledgements));
        Assert.Equal([1L, 2, 3], Chunks(_buffer.Take(3, 0).Acknowledgements));
    }

    [Fact]
    public void Rows_that_must_start_a_block_leave_those_before_them_to_the_columns_they_were_taken_with()
    {
        Add(0, 1);
        var before = _plan.Columns;
        _plan.Extend(Batches.Of(default, [new TestRow { Fields = new Dictionary<string, TestValue> { ["late"] = TestValue.Ints(1) } }]).Fields[0], null, null);
        _buffer.Add(Rows(1, 1), _plan, 0, startsBlock: true);
        Add(2, 1);

        var first = _buffer.Take(10, 0);
        Assert.Equal([0L], Chunks(first.Batches));
        Assert.Equal([0L], Chunks(first.Acknowledgements));
        Assert.Same(before, first.Columns);
        Assert.Equal(0, first.PlanVersion);
        var second = _buffer.Take(10, 0);
        Assert.Equal([1L, 2], Chunks(second.Batches));
        Assert.Same(_plan.Columns, second.Columns);
        Assert.Equal(1, second.PlanVersion);
    }

    [Fact]
    public void Small_batches_become_one_and_stay_together()
    {
        var apart = 0L;
        for (var i = 0; i < 20; i++)
        {
            var rows = Rows(i, 1);
            apart += rows.Batch.SizeBytes;
            _gathering.Add(rows, _plan, 0, false);
        }

        Assert.True(_gathering.SizeBytes * 2 < apart, $"{_gathering.SizeBytes} bytes gathered, {apart} apart");
        Assert.Equal(20, _gathering.RowCount);
        var block = _gathering.Take(5, 0);
        Assert.Equal(20, Assert.Single(block.Batches).Count);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)i), Chunks(block.Acknowledgements));
        Assert.Equal((0, 0L, true), (_gathering.RowCount, _gathering.SizeBytes, _gathering.IsEmpty));
    }

    [Fact]
    public void Rows_of_a_partition_are_gathered_apart_from_those_of_others()
    {
        foreach (var (partition, offset) in new[] { (5, 0L), (2, 10L), (5, 3L), (2, 11L) })
        {
            _gathering.Add(new BatchRows(Batches.At(partition, [offset], offset), null), _plan, 0, false);
        }

        var block = _gathering.Take(10, 0);
        Assert.Equal(
            [(5, 3L, "0 3"), (2, 11L, "10 11")],
            block.Batches.Select(rows => (rows.Batch.Origin.Partition, rows.Batch.Origin.ChunkId, string.Join(' ', rows.Batch.Offsets))));
        Assert.Equal([0L, 10, 3, 11], Chunks(block.Acknowledgements));
    }

    [Fact]
    public void A_gathered_batch_takes_no_more_from_a_number_of_rows_on()
    {
        for (var i = 0; i < (RowBuffer.GatheredRowsMax * 2) + 1; i++)
        {
            _gathering.Add(Rows(i, 1), _plan, 0, false);
        }

        Assert.Equal([RowBuffer.GatheredRowsMax, RowBuffer.GatheredRowsMax, 1], _gathering.Take(int.MaxValue, 0).Batches.Select(rows => rows.Count));
    }

    [Fact]
    public void A_gathered_batch_takes_no_more_from_a_number_of_bytes_on()
    {
        var count = 0;
        for (; _gathering.SizeBytes < RowBuffer.GatheredBytesMax; count++)
        {
            _gathering.Add(new BatchRows(Text(10_000, count), null), _plan, 0, false);
        }

        Assert.InRange(count, 2, RowBuffer.GatheredBytesMax / 10_000);
        _gathering.Add(new BatchRows(Text(1, count), null), _plan, 0, false);
        Assert.Equal([count, 1], _gathering.Take(int.MaxValue, 0).Batches.Select(rows => rows.Count));
    }

    [Theory]
    [InlineData(RowBuffer.GatherRowsMax, 1)]
    [InlineData(RowBuffer.GatherRowsMax + 1, 3)]
    public void Batches_of_many_rows_are_kept_as_they_are(int rowsEach, int batches)
    {
        for (var i = 0; i < 3; i++)
        {
            _gathering.Add(Rows(i, rowsEach), _plan, 0, false);
        }

        Assert.Equal(batches, _gathering.Take(int.MaxValue, 0).Batches.Count);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    public void Batches_of_many_bytes_are_kept_as_they_are(int moreBytes, int batches)
    {
        // What a batch weighs besides its text.
        var bare = (int)Text(0).SizeBytes;
        for (var i = 0; i < 2; i++)
        {
            _gathering.Add(new BatchRows(Text(RowBuffer.GatherBytesMax - bare + moreBytes, i), null), _plan, 0, false);
        }

        Assert.Equal(batches, _gathering.Take(int.MaxValue, 0).Batches.Count);
    }

    [Fact]
    public void A_large_batch_keeps_its_place_among_small_ones()
    {
        int[] sizes = [1, 2, RowBuffer.GatherRowsMax + 1, 3, 4];
        for (var i = 0; i < sizes.Length; i++)
        {
            _gathering.Add(Rows(i, sizes[i]), _plan, 0, false);
        }

        Assert.Equal([1L, 2, 4], Chunks(_gathering.Take(int.MaxValue, 0).Batches));
    }

    [Fact]
    public void Nothing_is_gathered_over_the_start_of_a_block()
    {
        for (var i = 0; i < 16; i++)
        {
            _gathering.Add(Rows(i, 1), _plan, 0, startsBlock: i == 4);
        }

        Assert.Equal(4, _gathering.Take(int.MaxValue, 0).RowCount);
        Assert.Equal(12, Assert.Single(_gathering.Take(int.MaxValue, 0).Batches).Count);
    }

    [Fact]
    public void Without_rows_only_acknowledgements_are_due()
    {
        AddNothing(1);
        AddNothing(2);
        Assert.False(_buffer.IsEmpty);
        Assert.Equal(0, _buffer.RowCount);
        var block = _buffer.Take(10, 0);
        Assert.Empty(block.Batches);
        Assert.Equal([1L, 2], Chunks(block.Acknowledgements));
        Assert.True(_buffer.IsEmpty);
    }

    [Fact]
    public void A_batch_delivered_again_while_it_waits_is_not_acknowledged_before_its_rows()
    {
        Add(0, 3);
        Add(1, 3);
        AddNothing(1);
        Add(2, 3);
        Assert.Equal([0L], Chunks(_buffer.Take(3, 0).Acknowledgements));
        Assert.Equal([1L], Chunks(_buffer.Take(3, 0).Acknowledgements));
        Assert.Equal([1L, 2], Chunks(_buffer.Take(3, 0).Acknowledgements));
    }

    [Fact]
    public void Returned_acknowledgements_are_due_first_and_with_the_next_block()
    {
        Add(0, 3);
        _buffer.Return(_buffer.Take(10, 0).Acknowledgements);
        Assert.False(_buffer.IsEmpty);
        Add(1, 3);
        Add(2, 3);
        Assert.Equal([0L, 1], Chunks(_buffer.Take(3, 0).Acknowledgements));
        Assert.Equal([2L], Chunks(_buffer.Take(3, 0).Acknowledgements));
    }

    [Fact]
    public void Acknowledgements_carry_the_whole_origin()
    {
        _buffer.Add(new BatchRows(Batches.Of(new BatchOrigin(3, 4, 5, 6, 7, 8), [new TestRow()]), null), NewPlan(), 2, false);
        Assert.Equal(new TakenBatch(new BatchAcknowledgement(3, 4, 7, 8), 0, 2), Assert.Single(_buffer.Taken));
        Assert.Equal(new BatchAcknowledgement(3, 4, 7, 8), Assert.Single(_buffer.Take(1, 0).Acknowledgements));
    }

    [Fact]
    public void Random_deliveries_are_acknowledged_in_order_and_never_early()
    {
        Seeded.Run(300, static random =>
        {
            var (buffer, plan) = (new RowBuffer(random.Next(5)), NewPlan());
            var (delivered, written, due) = (new List<(long Chunk, bool HasRows)>(), new HashSet<long>(), new List<long>());
            var addsPerTake = random.Next(2) == 0 ? 2 : 40;
            for (var step = 0; step < 150; step++)
            {
                if (random.Next(addsPerTake + 1) > 0)
                {
                    // A repeat has no new rows: all of them were taken the first time.
                    var chunk = delivered.Count > 0 && random.Next(3) == 0 ? delivered[random.Next(delivered.Count)].Chunk : delivered.Count;
                    var hasRows = delivered.TrueForAll(before => before.Chunk != chunk) && random.Next(4) > 0;
                    buffer.Add(Rows(chunk, hasRows ? random.Next(1, 5) : 0), plan, 0, random.Next(addsPerTake * 4) == 0);
                    delivered.Add((chunk, hasRows));
                }
                else
                {
                    var block = buffer.Take(random.Next(1, 10), 0);
                    written.UnionWith(block.Batches.SelectMany(rows => rows.Batch.Offsets).Select(offset => offset / 100));
                    due.AddRange(Chunks(block.Acknowledgements));
                }

                // Due is everything up to the first batch whose rows still wait; of batches without rows after the last taken one, those may wait too.
                var waiting = delivered.FindIndex(batch => batch.HasRows && !written.Contains(batch.Chunk));
                Assert.True(waiting < 0 || due.Count <= waiting, $"{due.Count} acknowledgements, and the batch {waiting} is not written");
                Assert.Equal(delivered.Take(due.Count).Select(batch => batch.Chunk), due);
            }

            while (!buffer.IsEmpty)
            {
                due.AddRange(Chunks(buffer.Take(int.MaxValue, 0).Acknowledgements));
            }

            Assert.Equal(delivered.Select(batch => batch.Chunk), due);
        });
    }

    private static TablePlan NewPlan() => new([], 10, []);

    private static IEnumerable<long> Chunks(IEnumerable<BatchRows> batches) => batches.Select(rows => rows.Batch.Origin.ChunkId);

    private static IEnumerable<long> Chunks(IEnumerable<BatchAcknowledgement> acknowledgements) => acknowledgements.Select(owed => owed.ChunkId);

    private static BatchRows Rows(long chunkId, int count)
    {
        var batch = Batches.At(0, [.. Enumerable.Range(0, Math.Max(1, count)).Select(i => (chunkId * 100) + i)], chunkId);
        return new BatchRows(batch, count == 0 ? [] : null);
    }

    private static EventBatch Text(int length, long offset = 0) => Batches.Of(
        new BatchOrigin(0, 1, 0, -1, offset, 0),
        [new TestRow { Offset = offset, Fields = new Dictionary<string, TestValue> { ["text"] = TestValue.Text(new string('x', length)) } }]);

    private void Add(long chunkId, int count) => _buffer.Add(Rows(chunkId, count), _plan, 0, false);

    private void AddNothing(long chunkId) => _buffer.Add(Rows(chunkId, 0), _plan, 0, false);
}
