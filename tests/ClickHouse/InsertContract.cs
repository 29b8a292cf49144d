// Goal: on every ClickHouse an insert is one part or nothing, and its failures tell what is wrong in the same way.
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Tables;
using Analytics.Tests.Columns;
using Xunit;

namespace Analytics.Tests.ClickHouse;

public abstract class InsertContract : ClickHouseContract
{
    private static readonly TableColumn[] Columns = [new("n", ColumnType.Int64), new("s", ColumnType.String), new("l", ColumnType.LowCardinalityString)];

    [Theory]
    [InlineData(1)]
    [InlineData(8192)]
    [InlineData(300_000)]
    public async Task A_block_becomes_one_part(int rows)
    {
        var database = await NewTableAsync();
        await (await OpenAsync()).InsertAsync(Block(database, Batch(rows)));
        Assert.Equal($"1\t{rows}\t0", await TextAsync($"SELECT count(), sum(rows), max(level) FROM system.parts WHERE active AND database = '{database}'"));
        Assert.Equal($"{rows}\t{(long)rows * (rows - 1) / 2}", await TextAsync($"SELECT count(), sum(n) FROM {database}.m"));
    }

    [Fact]
    public async Task A_block_cut_anywhere_leaves_nothing()
    {
        var database = await NewTableAsync();
        var clickHouse = await OpenAsync();
        var whole = Block(database, Batch(50));
        for (var length = 1; length < whole.Native.Length; length += 331)
        {
            var e = await Record.ExceptionAsync(() => clickHouse.InsertAsync(whole with { Native = whole.Native[..length] }));
            Assert.IsType<ClickHouseException>(e);
        }

        Assert.Equal("0", await TextAsync($"SELECT count() FROM {database}.m"));
        await clickHouse.InsertAsync(whole);
        Assert.Equal("50", await TextAsync($"SELECT count() FROM {database}.m"));
    }

    [Fact]
    public async Task A_table_or_column_that_is_not_there_is_a_known_failure()
    {
        var database = await NewTableAsync();
        var clickHouse = await OpenAsync();
        var block = Block(database, Batch(3));
        var noTable = await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.InsertAsync(block with { Table = "gone" }));
        var noColumn = await Assert.ThrowsAsync<ClickHouseException>(
            () => clickHouse.InsertAsync(block with { Columns = [.. block.Columns.Select(name => name == "n" ? "gone" : name)] }));
        Assert.Equal((60, false, 16, false), (noTable.Code, noTable.IsOutcomeUnknown, noColumn.Code, noColumn.IsOutcomeUnknown));
        Assert.Equal(InsertErrorClass.RefreshSchema, InsertErrorClasses.Of(noColumn));
    }

    [Theory]
    [InlineData("ADD CONSTRAINT small CHECK n < 40", 469, InsertErrorClass.RefuseRows)]
    [InlineData("ADD COLUMN x Int64 MATERIALIZED toInt64(if(n = 40, 'x', '1'))", 6, InsertErrorClass.RefuseRows)]
    [InlineData("DROP COLUMN s; ADD COLUMN s UUID", 376, InsertErrorClass.RefreshSchema)]
    public async Task Rows_that_a_table_refuses_are_told_from_a_table_that_has_changed(string change, int code, InsertErrorClass errorClass)
    {
        var database = await NewTableAsync();
        var clickHouse = await OpenAsync();
        foreach (var part in change.Split(';'))
        {
            await clickHouse.ExecuteAsync($"ALTER TABLE {database}.m {part}");
        }

        var e = await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.InsertAsync(Block(database, Batch(50))));
        Assert.Equal((errorClass, false), (InsertErrorClasses.Of(e), e.IsOutcomeUnknown));
        Assert.True(e.Code == code, $"{e.Code}: {e.Message}");
        Assert.Equal("0", await TextAsync($"SELECT count() FROM {database}.m"));
    }

    [Fact]
    public async Task A_view_that_fails_leaves_the_outcome_unknown()
    {
        var database = await NewTableAsync();
        var clickHouse = await OpenAsync();
        await clickHouse.ExecuteAsync(
            $"CREATE MATERIALIZED VIEW {database}.v (x Int64) ENGINE = MergeTree ORDER BY x AS SELECT toInt64(if(n = 2, 'x', '1')) AS x FROM {database}.m");
        var e = await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.InsertAsync(Block(database, Batch(3))));
        Assert.True(e.IsOutcomeUnknown, e.Message);
        Assert.True(InsertErrorClasses.IsOfView(e.Message), e.Message);
        Assert.Equal(InsertErrorClass.Retry, InsertErrorClasses.Of(e));
    }

    [Fact]
    public async Task A_view_that_works_counts_its_rows_beside_the_tables()
    {
        var database = await NewTableAsync();
        var clickHouse = await OpenAsync();
        await clickHouse.ExecuteAsync($"CREATE MATERIALIZED VIEW {database}.v ENGINE = MergeTree ORDER BY tuple() AS SELECT n FROM {database}.m WHERE n = 1");
        await clickHouse.InsertAsync(Block(database, Batch(3)));
        Assert.Equal("3\t1", await TextAsync($"SELECT (SELECT count() FROM {database}.m), (SELECT count() FROM {database}.v)"));
    }

    [Fact]
    public async Task A_table_of_a_thousand_columns_takes_its_block()
    {
        TableColumn[] columns = [.. Enumerable.Range(0, 1000).Select(i => new TableColumn($"ein Feld mit 'Namen' {i}", ColumnType.Int64))];
        var database = await NewDatabaseAsync();
        var clickHouse = await OpenAsync();
        await clickHouse.ExecuteAsync(TableSql.CreateTable($"{database}.m", columns));
        var batch = new TestBatch();
        batch.Add([.. columns.Select((column, i) => (column.Name, TestValue.Int(i)))]);
        await clickHouse.InsertAsync(Block(database, batch.Build(), columns));
        Assert.Equal("999", await TextAsync($"SELECT `ein Feld mit \\'Namen\\' 999` FROM {database}.m"));
    }

    [Fact]
    public async Task Inserts_from_many_callers_all_arrive()
    {
        var database = await NewTableAsync();
        var clickHouse = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => clickHouse.InsertAsync(Block(database, Batch(100)))));
        Assert.Equal("2000\t99000", await TextAsync($"SELECT count(), sum(n) FROM {database}.m"));
    }

    [Fact]
    public async Task A_metrics_table_is_made_extended_and_widened()
    {
        var clickHouse = await OpenAsync();
        await SystemTables.EnsureAsync(clickHouse, CancellationToken.None);
        await SystemTables.EnsureAsync(clickHouse, CancellationToken.None);
        var store = new TableStore(clickHouse, new TableCatalog(clickHouse, TimeProvider.System), await NewDatabaseAsync(), "a metric's");
        await store.EnsureAsync([new TableColumn("n", ColumnType.Int64)], CancellationToken.None);
        TableColumn[] wanted = [new TableColumn("n", ColumnType.Float64), new TableColumn("s", ColumnType.String), new TableColumn("a", ColumnType.ArrayString)];
        await store.EnsureAsync(wanted, CancellationToken.None);
        Assert.Equal(wanted, (await store.ReadAsync(CancellationToken.None))!.Columns);
        Assert.Empty(await store.ReadPositionsAsync(CancellationToken.None));
    }

    private static EventBatch Batch(int rows)
    {
        var batch = new TestBatch();
        for (var i = 0; i < rows; i++)
        {
            batch.Add(("n", TestValue.Int(i)), ("s", TestValue.Text("text " + i)), ("l", TestValue.Text("v" + (i % 7))));
        }

        return batch.Build();
    }

    private static InsertBlock Block(string database, EventBatch batch, TableColumn[]? columns = null)
    {
        var writer = NativeBlockWriter.Rent();
        writer.Write([new BatchRows(batch, null)], columns ?? Columns, 1_800_000_000);
        return new InsertBlock(database, "m", writer.ColumnNames, writer.Written.ToArray(), batch.Count, Guid.NewGuid().ToString());
    }

    private async Task<string> NewTableAsync()
    {
        var database = await NewDatabaseAsync();
        await (await OpenAsync()).ExecuteAsync(TableSql.CreateTable($"{database}.m", Columns));
        return database;
    }
}
