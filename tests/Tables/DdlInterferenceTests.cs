// Goal: whoever else changes a metric's table, and whenever, between two blocks or in the middle of our own statements: the table becomes right again, what
// is still to come is in it once, and a live state with values that are gone is known for it, so that the next one is made from the table.
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Columns;
using Xunit;

namespace Analytics.Tests.Tables;

public sealed class DdlInterferenceTests(EngineFixture engine)
{
    private const string DropColumn = "ALTER TABLE $$ DROP COLUMN a SETTINGS mutations_sync = 2";
    private const string DropTable = "DROP TABLE $$ SYNC";
    private const string DropDatabase = "DROP DATABASE $ SYNC";
    private const string Rename = "RENAME TABLE $$ TO $.elsewhere";

    [Fact]
    public async Task A_column_that_somebody_adds_first_with_our_type_is_ours()
    {
        var metric = await CreateAsync();
        metric.JustBefore("ADD COLUMN", "ALTER TABLE $$ ADD COLUMN b Nullable(Int64)");
        metric.Take(("b", TestValue.Int(5)), ("c", TestValue.Bool(true)));
        Assert.Equal(0, await metric.DrainAsync());
        Assert.Equal((string[])["a Nullable(Int64)", "b Nullable(Int64)", "c Nullable(Bool)"], await metric.ReadColumnsAsync());
        Assert.Equal((string?[])[null, "5"], await metric.ReadAsync("toString(b)"));
        await metric.AssertWholeAsync();
    }

    [Theory]
    [InlineData("Nullable(String)", "int", "Nullable(String)", null, "5")]
    [InlineData("Nullable(Bool)", "int", "Nullable(Bool)", null, "5")]
    [InlineData("Array(Nullable(Int64))", "int", "Array(Nullable(Int64))", "[]", "5")]
    [InlineData("Nullable(Float64)", "int", "Nullable(Float64)", "5", "")]
    [InlineData("Nullable(Int64)", "fraction", "Nullable(Float64)", "0.5", "")]
    [InlineData("Nullable(String)", "text", "Nullable(String)", "x", "")]
    [InlineData("String", "text", "String", "", "x")]
    [InlineData("UInt8", "int", "UInt8", "0", "5")]
    [InlineData("Nullable(Decimal(9, 2))", "fraction", "Nullable(Decimal(9, 2))", null, "0.5")]
    [InlineData("Nullable(Int64) MATERIALIZED 9", "int", "Nullable(Int64)", "9", "5")]
    [InlineData("Nullable(Int64) ALIAS 9", "int", "Nullable(Int64)", "9", "5")]
    public async Task A_column_that_somebody_adds_first_with_another_type_is_planned_for_anew(string type, string value, string expected, string? cell, string extra)
    {
        var metric = await CreateAsync();
        metric.JustBefore("ADD COLUMN", $"ALTER TABLE $$ ADD COLUMN b {type}");
        metric.Take(("b", Value(value)));
        Assert.Equal(1, await metric.DrainAsync());

        // And it goes on like this.
        metric.Take(("b", Value(value)), ("a", TestValue.Int(2)));
        Assert.Equal(0, await metric.DrainAsync());
        await AssertBothAsync(metric, cell, extra);
        Assert.Equal((string[])["a Nullable(Int64)", "b " + expected], await metric.ReadColumnsAsync());
        await metric.AssertWholeAsync();
    }

    [Fact]
    public async Task Columns_that_no_field_has_do_not_disturb()
    {
        var metric = await CreateAsync();
        metric.JustBefore("ADD COLUMN", "ALTER TABLE $$ ADD COLUMN note String DEFAULT 'x', ADD COLUMN place_in_log UInt64 MATERIALIZED _offset, ADD COLUMN place Point");
        metric.Take(("b", TestValue.Int(5)));
        Assert.Equal(0, await metric.DrainAsync());
        await metric.ChangeAsync("ALTER TABLE $$ ADD COLUMN more Map(String, UInt8)");
        metric.Take(("a", TestValue.Float(0.5)), ("b", TestValue.Int(6)));
        Assert.Equal(0, await metric.DrainAsync());
        Assert.Equal((string?[])["x", "x", "x"], await metric.ReadAsync("note"));
        await metric.AssertWholeAsync();
    }

    [Theory]
    [InlineData("ALTER TABLE $$ MODIFY COLUMN a Nullable(Float64) SETTINGS mutations_sync = 2")]
    [InlineData("ALTER TABLE $$ MODIFY COLUMN a Nullable(String) SETTINGS mutations_sync = 2")]
    [InlineData("ALTER TABLE $$ MODIFY COLUMN a COMMENT 'price'")]
    public async Task A_column_that_somebody_changes_just_before_it_is_widened_has_all_its_values(string change)
    {
        var metric = await CreateAsync();
        metric.JustBefore("MODIFY COLUMN", change);
        metric.Take(("a", TestValue.Float(0.5)));
        Assert.Equal(0, await metric.DrainAsync());
        Assert.Equal((string?[])["1", "0.5"], await metric.ReadAsync("toString(a)"));
        Assert.Equal((string[])["a Nullable(Float64)"], await metric.ReadColumnsAsync());
        await metric.AssertWholeAsync();
    }

    [Theory]
    [InlineData(DropTable, false, 1)]
    [InlineData(DropTable, true, 1)]
    [InlineData(DropDatabase, false, 1)]
    [InlineData(DropDatabase, true, 1)]
    [InlineData(Rename, false, 1)]
    [InlineData(Rename, true, 1)]
    [InlineData(DropColumn, false, 0)]
    [InlineData(DropColumn, true, 0)]
    public async Task What_is_taken_away_between_two_blocks_is_made_again_and_known_to_be_gone(string change, bool isBuffered, int lostRows)
    {
        var metric = await CreateAsync();
        if (isBuffered)
        {
            metric.Take(("a", TestValue.Int(2)));
        }

        await metric.ChangeAsync(change);
        if (!isBuffered)
        {
            metric.Take();
        }

        Assert.Equal(0, await metric.DrainAsync());
        Assert.Equal(-lostRows, await metric.Live.MeasureDriftAsync(CancellationToken.None));
        await AssertLostAsync(metric, lostRows);
        string?[] ofRows = isBuffered ? ["2"] : [null];
        Assert.Equal(lostRows == 0 ? [null, .. ofRows] : ofRows, await metric.ReadAsync("toString(a)"));
    }

    [Fact]
    public async Task A_column_found_missing_after_another_was_added_is_planned_for_anew()
    {
        var metric = await CreateAsync();
        await metric.ChangeAsync(DropColumn);
        metric.Take(("b", TestValue.Int(3)));
        Assert.Equal(1, await metric.DrainAsync());
        metric.Take(("a", TestValue.Int(4)));
        Assert.Equal(0, await metric.DrainAsync());
        Assert.Equal((string?[])[null, null, "4"], await metric.ReadAsync("toString(a)"));
        await metric.AssertWholeAsync();
    }

    [Theory]
    [InlineData("CREATE TABLE", DropDatabase)]
    [InlineData("FROM system.columns", DropTable)]
    [InlineData("FROM system.columns", DropDatabase)]
    [InlineData("FROM system.columns", Rename)]
    [InlineData("INSERT INTO analytics.fields", DropTable)]
    [InlineData("INSERT INTO analytics.fields", DropDatabase)]
    [InlineData("INSERT INTO analytics.fields", Rename)]
    [InlineData("INSERT INTO analytics.fields", DropColumn)]
    public async Task What_is_taken_away_while_it_is_made_is_made_again(string words, string change)
    {
        var metric = await DisturbedMetric.CreateAsync(engine);
        metric.JustBefore(words, change);
        metric.Take(("a", TestValue.Int(1)), ("b", TestValue.Text("x")));
        Assert.Equal(0, await metric.DrainAsync());
        if (metric.Live.HasLostData)
        {
            await metric.RestartAsync();
        }

        await metric.AssertWholeAsync();
        Assert.Equal((string?[])["1"], await metric.ReadAsync("toString(a)"));
    }

    [Theory]
    [InlineData("ADD COLUMN", DropTable, 1)]
    [InlineData("ADD COLUMN", DropDatabase, 1)]
    [InlineData("ADD COLUMN", Rename, 1)]
    [InlineData("ADD COLUMN", DropColumn, 0)]
    [InlineData("MODIFY COLUMN", DropTable, 1)]
    [InlineData("MODIFY COLUMN", DropDatabase, 1)]
    [InlineData("MODIFY COLUMN", Rename, 1)]
    [InlineData("MODIFY COLUMN", DropColumn, 0)]
    [InlineData("INSERT INTO analytics.fields", DropTable, 1)]
    [InlineData("INSERT INTO analytics.fields", DropDatabase, 1)]
    [InlineData("INSERT INTO analytics.fields", Rename, 1)]
    [InlineData("INSERT INTO analytics.fields", DropColumn, 0)]
    public async Task What_is_taken_away_while_it_is_changed_is_made_again_and_known_to_be_gone(string words, string change, int lostRows)
    {
        var metric = await CreateAsync();
        metric.JustBefore(words, change);
        metric.Take(("a", TestValue.Float(0.5)), ("b", TestValue.Text("x")));
        Assert.Equal(0, await metric.DrainAsync());
        await AssertLostAsync(metric, lostRows);
        Assert.Equal("0.5", Assert.Single(await metric.ReadAsync("toString(a)"), cell => cell is not null));
    }

    [Theory]
    [InlineData(DropTable, 1)]
    [InlineData(DropDatabase, 1)]
    [InlineData(Rename, 1)]
    [InlineData(DropColumn, 0)]
    public async Task What_is_taken_away_just_before_the_insert_is_made_again(string change, int lostRows)
    {
        var metric = await CreateAsync();
        metric.JustBeforeInsert(change);
        metric.Take(("a", TestValue.Int(2)));
        Assert.Equal(0, await metric.DrainAsync());
        await AssertLostAsync(metric, lostRows);
        Assert.Equal("2", Assert.Single(await metric.ReadAsync("toString(a)"), cell => cell is not null));
    }

    [Theory]
    [InlineData(DropTable, 1, "2")]
    [InlineData(DropDatabase, 1, "2")]
    [InlineData(Rename, 1, "2")]
    [InlineData(DropColumn, 0, null)]
    public async Task What_is_taken_away_before_an_unclear_insert_is_read_back_has_the_block_once(string change, int lostRows, string? value)
    {
        var metric = await CreateAsync();
        metric.JustAfterInsertOfUnknownOutcome(change);
        metric.Take(("a", TestValue.Int(2)), ("b", TestValue.Int(3)));
        Assert.Equal(0, await metric.DrainAsync());
        await AssertLostAsync(metric, lostRows);

        // Where only the column went, the block was in the table, and its value went with the column.
        metric.Take(("a", TestValue.Int(4)));
        Assert.Equal(0, await metric.DrainAsync());
        await metric.AssertWholeAsync(lostRows);
        string?[] expected = value is null ? [null, null, "4"] : [value, "4"];
        Assert.Equal(expected, await metric.ReadAsync("toString(a)"));
    }

    [Fact]
    public async Task A_column_dropped_right_after_it_was_added_is_added_again()
    {
        var metric = await CreateAsync();
        metric.JustBeforeInsert("ALTER TABLE $$ DROP COLUMN b SETTINGS mutations_sync = 2");
        metric.Take(("b", TestValue.Int(5)));
        Assert.Equal(0, await metric.DrainAsync());
        Assert.Equal((string?[])[null, "5"], await metric.ReadAsync("toString(b)"));
        await metric.AssertWholeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_saved_live_state_does_not_bring_back_what_a_column_held(bool isRestartedFirst)
    {
        var metric = await CreateAsync();
        await metric.SaveAsync();
        await metric.ChangeAsync(DropColumn);
        if (isRestartedFirst)
        {
            await metric.RestartAsync();
        }

        // The column is made again as it was: by that alone, the saved state would fit the table.
        metric.Take(("a", TestValue.Int(7)));
        Assert.Equal(0, await metric.DrainAsync());
        await metric.RestartAsync();
        var field = Assert.Single(metric.Live.Describe().Fields);
        Assert.Equal(("a", 1L, 1L, "7"), (field.Name, field.Count, field.Null, field.Sum!.Value.Text));
        await metric.AssertWholeAsync();
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public async Task A_table_that_nobody_may_change_for_a_while_gets_its_columns_and_rows_afterwards(string field)
    {
        var metric = await CreateAsync();
        await metric.ChangeAsync("ALTER TABLE $$ MODIFY SETTING table_readonly = 1");
        metric.Take((field, TestValue.Float(0.5)));
        var draining = metric.DrainAsync();
        await Eventually.TrueAsync(() => metric.Failures.Messages.Count > 5, "six failures");
        metric.Take(("c", TestValue.Text("x")));
        Assert.Equal((3, 1), (metric.Live.Describe().Total, metric.Live.Describe().DurableRows));
        Assert.False(draining.IsCompleted);
        await metric.ChangeAsync("ALTER TABLE $$ MODIFY SETTING table_readonly = 0");
        Assert.Equal(0, await draining);
        Assert.False(metric.Live.HasLostData);
        await metric.AssertWholeAsync();
    }

    // A table with the row a = 1.
    private async Task<DisturbedMetric> CreateAsync()
    {
        var metric = await DisturbedMetric.CreateAsync(engine);
        metric.Take(("a", TestValue.Int(1)));
        await metric.DrainAsync();
        return metric;
    }

    private static TestValue Value(string kind) => kind switch
    {
        "int" => TestValue.Int(5),
        "fraction" => TestValue.Float(0.5),
        _ => TestValue.Text("x"),
    };

    // The two rows after the first.
    private static async Task AssertBothAsync(DisturbedMetric metric, string? cell, string extra)
    {
        Assert.Equal((string?[])[cell, cell], (await metric.ReadAsync("toString(b)"))[1..]);
        Assert.Equal((string?[])[extra, extra], (await metric.ReadAsync("_extra['b']"))[1..]);
    }

    private static async Task AssertLostAsync(DisturbedMetric metric, int lostRows)
    {
        Assert.True(metric.Live.HasLostData);
        await metric.RestartAsync();
        Assert.False(metric.Live.HasLostData);
        await metric.AssertWholeAsync(lostRows);
    }
}
