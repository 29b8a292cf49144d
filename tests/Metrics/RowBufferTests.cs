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
    private readonly RowBuffer _buffer = new();
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
        for (var i = 0; i < RowBuffer.JoinCount - 1; i++)
        {
            Add(i, 1);
        }

        var apart = _buffer.SizeBytes;
        Add(RowBuffer.JoinCount - 1, 1);
        Assert.True(_buffer.SizeBytes * 2 < apart, $"{_buffer.SizeBytes} bytes joined, {apart} apart");
        Assert.Equal(RowBuffer.JoinCount, _buffer.RowCount);
        Add(99, 1);
        var block = _buffer.Take(5, 0);
        Assert.Equal(RowBuffer.JoinCount, Assert.Single(block.Batches).Count);
        Assert.Equal(Enumerable.Range(0, RowBuffer.JoinCount).Select(i => (long)i), Chunks(block.Acknowledgements));
        Assert.Equal([99L], Chunks(_buffer.Take(5, 0).Acknowledgements));
        Assert.Equal(0, _buffer.SizeBytes);
    }

    [Fact]
    public void Joined_ones_are_joined_again_up_to_a_number_of_rows()
    {
        for (var i = 0; i < RowBuffer.JoinedRowsMax * 2; i++)
        {
            Add(i, 1);
        }

        var batches = _buffer.Take(int.MaxValue, 0).Batches;
        Assert.All(batches, rows => Assert.InRange(rows.Count, 64, RowBuffer.JoinedRowsMax));
        Assert.Equal(RowBuffer.JoinedRowsMax * 2, batches.Sum(rows => rows.Count));
    }

    [Theory]
    [InlineData(RowBuffer.JoinedRowsMax / RowBuffer.JoinCount, 1)]
    [InlineData((RowBuffer.JoinedRowsMax / RowBuffer.JoinCount) + 1, RowBuffer.JoinCount)]
    public void Batches_that_are_large_together_are_not_joined(int rowsEach, int batches)
    {
        for (var i = 0; i < RowBuffer.JoinCount; i++)
        {
            Add(i, rowsEach);
        }

        Assert.Equal(batches, _buffer.Take(int.MaxValue, 0).Batches.Count);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0, RowBuffer.JoinCount)]
    public void Batches_of_many_bytes_are_not_joined(int lessBytes, int batches)
    {
        // What a batch weighs besides its text.
        var bare = Text(0).SizeBytes;
        for (var i = 0; i < RowBuffer.JoinCount; i++)
        {
            var batch = Text((int)((RowBuffer.JoinedBytesMax / RowBuffer.JoinCount) - bare) + 1 - lessBytes, i);
            _buffer.Add(new BatchRows(batch, null), _plan, 0, false);
        }

        Assert.Equal(batches, _buffer.Take(int.MaxValue, 0).Batches.Count);
    }

    [Fact]
    public void Batches_are_not_joined_over_the_start_of_a_block()
    {
        for (var i = 0; i < RowBuffer.JoinCount * 2; i++)
        {
            _buffer.Add(Rows(i, 1), _plan, 0, startsBlock: i == RowBuffer.JoinCount / 2);
        }

        Assert.Equal(RowBuffer.JoinCount / 2, _buffer.Take(int.MaxValue, 0).RowCount);
        var second = _buffer.Take(int.MaxValue, 0);
        Assert.Equal(RowBuffer.JoinCount * 3 / 2, second.RowCount);
        Assert.Equal(RowBuffer.JoinCount, second.Batches[0].Count);
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
            var (buffer, plan) = (new RowBuffer(), NewPlan());
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
