// Goal: rows of a block are addressed by their index in it, across batches and kept rows, and no part has another one's rows.
using Analytics.Grains.Columns;
using Analytics.Grains.Metrics;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class BlockPartsTests
{
    // Offsets of the block's rows: 11 13 | 5 5 9 | 20
    private static readonly BatchRows[] Block =
    [
        new(Batches.At(2, [10, 11, 12, 13]), [1, 3]), new(Batches.At(0, [5, 5, 9]), null), new(Batches.At(2, [20, 21]), [0]),
    ];

    [Fact]
    public void Every_slice_has_its_rows()
    {
        long[] all = [11, 13, 5, 5, 9, 20];
        for (var first = 0; first < all.Length; first++)
        {
            for (var count = 1; first + count <= all.Length; count++)
            {
                Assert.Equal(all[first..(first + count)], OffsetsOf(BlockParts.Slice(Block, first, count)));
            }
        }
    }

    [Fact]
    public void Without_some_rows_the_others_stay()
    {
        Assert.Equal([11, 5, 20], OffsetsOf(BlockParts.Without(Block, [1, 3, 4])));
        Assert.Equal([5, 5, 9], OffsetsOf(BlockParts.Without(Block, [0, 1, 5])));
        Assert.Empty(BlockParts.Without(Block, [0, 1, 2, 3, 4, 5]));
    }

    [Fact]
    public void A_batch_that_keeps_its_rows_is_the_same_one() => Assert.Same(Block[1], BlockParts.Without(Block, [0])[1]);

    [Fact]
    public void A_row_is_found_in_its_batch()
    {
        Assert.Equal((Block[0].Batch, 3), BlockParts.Find(Block, 1));
        Assert.Equal((Block[1].Batch, 0), BlockParts.Find(Block, 2));
        Assert.Equal((Block[2].Batch, 0), BlockParts.Find(Block, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => BlockParts.Find(Block, 6));
    }

    private static long[] OffsetsOf(IEnumerable<BatchRows> batches) =>
        [.. batches.SelectMany(rows => rows.Rows is null ? rows.Batch.Offsets : rows.Rows.Select(row => rows.Batch.Offsets[row]))];
}
