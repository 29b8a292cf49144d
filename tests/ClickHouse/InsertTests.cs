// Goal: an insert is one part or nothing. The largest block is one part; a broken, misfitting or interrupted one leaves no row behind
// and the connection as good as before.
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Tests.Columns;
using Xunit;

namespace Analytics.Tests.ClickHouse;

public sealed class InsertTests(EngineFixture engine)
{
    private static readonly TableColumn[] Columns = [new("n", ColumnType.Int64), new("s", ColumnType.String), new("l", ColumnType.LowCardinalityString)];

    [Theory]
    [InlineData(1, 10)]
    [InlineData(8192, 10)]
    [InlineData(65_409, 5_000)]
    [InlineData(300_000, 10)]
    public async Task A_block_becomes_one_part(int rows, int stringBytes)
    {
        var table = await BlockTable.CreateAsync(engine, Columns);
        await table.InsertAsync([new BatchRows(Batch(rows, stringBytes), null)]);
        Assert.Equal($"1\t{rows}", await ActivePartsAsync(table));
        Assert.Equal("1", await engine.QueryTextAsync($"SELECT max(level = 0) FROM system.parts WHERE concat(database, '.', table) = '{table.Name}'"));
        Assert.Equal($"{rows}\t{(long)rows * (rows - 1) / 2}", await engine.QueryTextAsync($"SELECT count(), sum(n) FROM {table.Name}"));
    }

    [Fact]
    public async Task A_block_cut_anywhere_leaves_nothing()
    {
        var table = await BlockTable.CreateAsync(engine, Columns);
        var whole = Block(table, Batch(50, 10));
        for (var length = 0; length < whole.Native.Length; length += 97)
        {
            var exception = await Record.ExceptionAsync(async () => await (await engine.OpenAsync()).InsertAsync(whole with { Native = whole.Native[..length] }));

            // A block cut before its first byte is no block: nothing to insert, no error.
            Assert.True(exception is ClickHouseException || length == 0, $"{length}: {exception}");
            Assert.Equal("0", await engine.QueryTextAsync($"SELECT count() FROM {table.Name}"));
        }

        await (await engine.OpenAsync()).InsertAsync(whole);
        Assert.Equal("1\t50", await ActivePartsAsync(table));
    }

    [Fact]
    public async Task A_column_the_table_does_not_have_is_a_known_failure()
    {
        var table = await BlockTable.CreateAsync(engine, Columns);
        var block = Block(table, Batch(3, 10));
        var exception = await Assert.ThrowsAsync<ClickHouseException>(async () =>
            await (await engine.OpenAsync()).InsertAsync(block with { Columns = [.. block.Columns.Select(name => name == "n" ? "gone" : name)] }));
        Assert.Equal(16, exception.Code);
        Assert.False(exception.IsOutcomeUnknown);
    }

    [Fact]
    public async Task A_table_that_is_not_there_is_a_known_failure()
    {
        var table = await BlockTable.CreateAsync(engine, Columns);
        var block = Block(table, Batch(3, 10)) with { Table = "gone" };
        var exception = await Assert.ThrowsAsync<ClickHouseException>(async () => await (await engine.OpenAsync()).InsertAsync(block));
        Assert.Equal(60, exception.Code);
        Assert.False(exception.IsOutcomeUnknown);
    }

    [Fact]
    public async Task A_row_a_constraint_refuses_takes_its_whole_block_with_it()
    {
        var table = await BlockTable.CreateAsync(engine, Columns);
        await (await engine.OpenAsync()).ExecuteAsync($"ALTER TABLE {table.Name} ADD CONSTRAINT small CHECK n < 40");
        var exception = await Assert.ThrowsAsync<ClickHouseException>(async () => await (await engine.OpenAsync()).InsertAsync(Block(table, Batch(50, 10))));
        Assert.Equal(469, exception.Code);
        Assert.False(exception.IsOutcomeUnknown);
        Assert.Equal("0", await engine.QueryTextAsync($"SELECT count() FROM {table.Name}"));
    }

    [Fact]
    public async Task The_same_token_again_inserts_nothing_where_the_table_deduplicates()
    {
        var table = await BlockTable.CreateAsync(engine, Columns);
        var clickHouse = await engine.OpenAsync();
        await clickHouse.ExecuteAsync($"ALTER TABLE {table.Name} MODIFY SETTING non_replicated_deduplication_window = 100");
        await clickHouse.InsertAsync(Block(table, Batch(5, 10)) with { DeduplicationToken = "it's `a` \\ token" });
        await clickHouse.InsertAsync(Block(table, Batch(5, 10)) with { DeduplicationToken = "it's `a` \\ token" });
        await clickHouse.InsertAsync(Block(table, Batch(5, 10)) with { DeduplicationToken = "another" });
        Assert.Equal("2\t10", await ActivePartsAsync(table));
    }

    [Fact]
    public async Task The_settings_of_an_insert_end_with_it()
    {
        var table = await BlockTable.CreateAsync(engine, Columns);
        var clickHouse = await engine.OpenAsync();
        for (var i = 0; i < EngineFixture.Options.Connections; i++)
        {
            await clickHouse.InsertAsync(Block(table, Batch(1, 1)));
            Assert.Equal(string.Empty, await engine.QueryTextAsync("SELECT getSetting('insert_deduplication_token')"));
        }
    }

    [Fact]
    public async Task Inserts_from_many_callers_all_arrive()
    {
        var tables = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => BlockTable.CreateAsync(engine, Columns)));
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => tables[i % 4].InsertAsync([new BatchRows(Batch(100, 5), null)])));
        foreach (var table in tables)
        {
            Assert.Equal("1000\t49500", await engine.QueryTextAsync($"SELECT count(), sum(n) FROM {table.Name}"));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(NativeBlockWriter.RowsMax + 1)]
    public async Task A_block_of_too_few_or_too_many_rows_is_refused(int rows)
    {
        var clickHouse = await engine.OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => clickHouse.InsertAsync(new InsertBlock("d", "t", ["a"], new byte[1], rows, "token")));
    }

    [Fact]
    public async Task A_block_without_columns_is_refused()
    {
        var clickHouse = await engine.OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => clickHouse.InsertAsync(new InsertBlock("d", "t", [], new byte[1], 1, "token")));
    }

    private static EventBatch Batch(int rows, int stringBytes)
    {
        var batch = new TestBatch();
        for (var i = 0; i < rows; i++)
        {
            batch.Add(("n", TestValue.Int(i)), ("s", TestValue.Text(new string((char)('a' + (i % 26)), stringBytes))), ("l", TestValue.Text("v" + (i % 7))));
        }

        return batch.Build();
    }

    private static InsertBlock Block(BlockTable table, EventBatch batch)
    {
        var writer = NativeBlockWriter.Rent();
        writer.Write([new BatchRows(batch, null)], Columns, 1_800_000_000);
        var name = table.Name.Split('.');
        return new InsertBlock(name[0], name[1], writer.ColumnNames, writer.Written.ToArray(), batch.Count, "token");
    }

    private Task<string> ActivePartsAsync(BlockTable table) =>
        engine.QueryTextAsync($"SELECT count(), sum(rows) FROM system.parts WHERE active AND concat(database, '.', table) = '{table.Name}'");
}
