// Goal: a block knows the positions of the rows it keeps, of those alone, and its token is the same for the same rows only.
using Analytics.Grains.Columns;
using Analytics.Grains.Metrics;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class PendingBlockTests
{
    [Fact]
    public void Ranges_span_the_kept_rows_of_each_partition()
    {
        var block = Block(
            new BatchRows(Batches.At(2, [10, 11, 12]), [1]), new BatchRows(Batches.At(0, [5, 5, 9]), null), new BatchRows(Batches.At(2, [20, 21]), [0]));
        Assert.Equal((11, 20), block.Ranges[2]);
        Assert.Equal((5, 9), block.Ranges[0]);
        Assert.Equal(2, block.Ranges.Count);
        Assert.Equal(5, block.RowCount);
        Assert.Equal("5@0:5-9,2:11-20", block.DeduplicationToken);
    }

    [Fact]
    public void A_block_without_rows_has_no_positions()
    {
        var block = Block();
        Assert.Empty(block.Ranges);
        Assert.Equal(0, block.RowCount);
        Assert.Equal("0@", block.DeduplicationToken);
    }

    [Fact]
    public void Other_rows_have_another_token()
    {
        var token = Block(new BatchRows(Batches.At(0, [1, 2, 3]), null)).DeduplicationToken;
        Assert.Equal(token, Block(new BatchRows(Batches.At(0, [1, 2, 3]), null)).DeduplicationToken);
        Assert.NotEqual(token, Block(new BatchRows(Batches.At(0, [1, 2]), null)).DeduplicationToken);
        Assert.NotEqual(token, Block(new BatchRows(Batches.At(0, [1, 2, 3]), [1, 2])).DeduplicationToken);
        Assert.NotEqual(token, Block(new BatchRows(Batches.At(1, [1, 2, 3]), null)).DeduplicationToken);

        // Without a row of its middle it begins and ends as before, and is another block all the same.
        Assert.NotEqual(token, Block(new BatchRows(Batches.At(0, [1, 2, 3]), [0, 2])).DeduplicationToken);
    }

    private static PendingBlock Block(params BatchRows[] batches) => new(batches, [], 0, []);
}
