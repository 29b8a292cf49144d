// Goal: what cannot be one good block is refused, and a writer used again carries nothing over.
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Columns;
using Xunit;

namespace Analytics.Tests.Columns;

public sealed class NativeBlockWriterTests
{
    private static readonly EventBatch One = new TestBatch().Add(("a", TestValue.Int(1))).Build();

    [Fact]
    public void No_rows_are_refused()
    {
        var writer = NativeBlockWriter.Rent();
        Assert.Throws<ArgumentException>(() => writer.Write([], [], 0));
        Assert.Throws<ArgumentException>(() => writer.Write([new BatchRows(One, [])], [], 0));
        writer.Return();
    }

    [Fact]
    public void More_rows_than_a_block_takes_are_refused()
    {
        const int RowsMax = 10;
        var batch = new TestBatch();
        for (var i = 0; i < RowsMax; i++)
        {
            batch.Add(new TestRow { Offset = i });
        }

        var full = new BatchRows(batch.Build(), null);
        var rows = new BlockRows();
        rows.Fill([full], RowsMax);
        Assert.Equal(RowsMax, rows.Count);
        Assert.Throws<ArgumentException>(() => rows.Fill([full, new BatchRows(One, null)], RowsMax));
    }

    [Theory]
    [InlineData("_time")]
    [InlineData("_extra")]
    public void A_column_with_a_fixed_name_is_refused(string name)
    {
        var writer = NativeBlockWriter.Rent();
        var exception = Assert.Throws<ArgumentException>(() => writer.Write([new BatchRows(One, null)], [new TableColumn(name, ColumnType.Int64)], 0));
        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
        writer.Return();
    }

    [Fact]
    public void A_column_named_twice_is_refused()
    {
        var writer = NativeBlockWriter.Rent();
        Assert.Throws<ArgumentException>(() => writer.Write(
            [new BatchRows(One, null)], [new TableColumn("a", ColumnType.Int64), new TableColumn("a", ColumnType.String)], 0));
        writer.Return();
    }

    [Fact]
    public void Kept_rows_out_of_order_are_refused()
    {
        var batch = new TestBatch().Add().Add().Build();
        var writer = NativeBlockWriter.Rent();
        Assert.Throws<ArgumentException>(() => writer.Write([new BatchRows(batch, [1, 0])], [], 0));
        Assert.Throws<ArgumentException>(() => writer.Write([new BatchRows(batch, [0, 0])], [], 0));
        writer.Return();
    }

    [Theory]
    [InlineData(ColumnFit.DateTimeMsMin - 1)]
    [InlineData(ColumnFit.DateTimeMsMax + 1)]
    public void An_event_time_the_table_cannot_hold_is_refused(long time)
    {
        var batch = new TestBatch().Add(new TestRow { Time = time }).Build();
        var writer = NativeBlockWriter.Rent();
        var exception = Assert.Throws<InvalidOperationException>(() => writer.Write([new BatchRows(batch, null)], [], 0));
        Assert.Contains($"{time}", exception.Message, StringComparison.Ordinal);
        writer.Return();
    }

    [Fact]
    public void A_writer_used_again_carries_nothing_over()
    {
        var large = new TestBatch();
        for (var i = 0; i < 500; i++)
        {
            large.Add(("a", TestValue.Text("text" + i)), ("b", TestValue.Ints(i)), ("c", TestValue.Bool(true)));
        }

        var columns = new[] { new TableColumn("a", ColumnType.Int64), new TableColumn("b", ColumnType.ArrayInt64) };
        var writer = NativeBlockWriter.Rent();
        writer.Write([new BatchRows(One, null)], columns, 7);
        var first = writer.Written.ToArray();
        Assert.Equal(0, writer.ExtraCount);
        writer.Write([new BatchRows(large.Build(), null)], columns, 8);
        Assert.Equal(1000, writer.ExtraCount);
        Assert.Equal(500, writer.Rows);
        writer.Write([new BatchRows(One, null)], columns, 7);
        Assert.Equal(first, writer.Written.ToArray());
        Assert.Equal(0, writer.ExtraCount);
        Assert.Equal([.. FixedColumns.All.Select(column => column.Name).SkipLast(1), "a", "b", "_extra"], writer.ColumnNames);
        writer.Return();
    }
}
