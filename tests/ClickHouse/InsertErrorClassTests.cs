// Goal: every way an insert can fail is done the right thing about: the codes are the real engine's, and where the same code comes from different
// places, the place decides. What counts as "nothing was written" has written nothing.
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Tests.Columns;
using Xunit;

namespace Analytics.Tests.ClickHouse;

public sealed class InsertErrorClassTests(EngineFixture engine)
{
    private const string Text = "assumeNotNull(s)";
    private const string Drop = "ALTER TABLE $.m DROP COLUMN s;";

    private static readonly TableColumn[] Columns = [new("n", ColumnType.Int64), new("s", ColumnType.String)];

    [Theory]
    [InlineData("DROP TABLE $.m SYNC", 60)]
    [InlineData("DROP DATABASE $ SYNC", 81)]
    [InlineData("RENAME TABLE $.m TO $.other", 60)]
    [InlineData("DETACH TABLE $.m", 60)]
    [InlineData("ALTER TABLE $.m DROP COLUMN s", 16)]
    [InlineData(Drop + "ALTER TABLE $.m ADD COLUMN s String ALIAS 'x'", 16)]
    [InlineData(Drop + "ALTER TABLE $.m ADD COLUMN s String MATERIALIZED 'x'", 44)]
    [InlineData(Drop + "ALTER TABLE $.m ADD COLUMN s Int64", 6)]
    [InlineData(Drop + "ALTER TABLE $.m ADD COLUMN s DateTime", 41)]
    [InlineData(Drop + "ALTER TABLE $.m ADD COLUMN s UUID", 376)]
    [InlineData(Drop + "ALTER TABLE $.m ADD COLUMN s Map(String, String)", 53)]
    public Task Another_table_than_believed_is_read_again(string change, int code) => AssertAsync(change, code, InsertErrorClass.RefreshSchema);

    [Theory]
    [InlineData("ADD CONSTRAINT c CHECK n != 5", 469)]
    [InlineData("ADD CONSTRAINT c CHECK throwIf(n = 5) = 0", 395)]
    [InlineData("ADD COLUMN x Int64 DEFAULT toInt64(" + Text + ")", 6)]
    [InlineData("ADD COLUMN x Int64 MATERIALIZED toInt64(" + Text + ")", 6)]
    [InlineData("ADD COLUMN x Int64 MATERIALIZED toInt64(if(n = 5, '', '1'))", 32)]
    [InlineData("ADD COLUMN x Int64 MATERIALIZED intDiv(1, assumeNotNull(n) - 5)", 153)]
    [InlineData("ADD COLUMN x UInt8 MATERIALIZED accurateCast(assumeNotNull(n) - 5, 'UInt8')", 70)]
    [InlineData("ADD COLUMN x FixedString(2) MATERIALIZED " + Text, 131)]
    [InlineData("ADD COLUMN x Enum8('7' = 1) MATERIALIZED " + Text, 691)]
    [InlineData("ADD COLUMN x UUID MATERIALIZED toUUID(" + Text + ")", 376)]
    [InlineData("ADD COLUMN x IPv4 MATERIALIZED toIPv4(" + Text + ")", 675)]
    [InlineData("ADD COLUMN x Date MATERIALIZED toDate(" + Text + ")", 38)]
    [InlineData("ADD COLUMN x DateTime MATERIALIZED toDateTime(" + Text + ")", 41)]
    [InlineData("ADD COLUMN x Array(Int64) MATERIALIZED CAST(" + Text + ", 'Array(Int64)')", 130)]
    [InlineData("ADD COLUMN x Array(UInt64) MATERIALIZED range(toUInt64(assumeNotNull(n)) * 1000000000)", 69)]
    [InlineData("ADD COLUMN x String MATERIALIZED base64Decode(" + Text + ")", 117)]
    [InlineData("ADD COLUMN x UInt8 MATERIALIZED match('a', concat(" + Text + ", '('))", 427)]
    [InlineData("ADD COLUMN x Int64 MATERIALIZED arraySum((a, b) -> a + b, range(toUInt64(assumeNotNull(n))), [1])", 190)]
    [InlineData("ADD INDEX i toInt64(" + Text + ") TYPE minmax GRANULARITY 1", 6)]
    [InlineData("ADD PROJECTION p (SELECT toInt64(" + Text + "), count() GROUP BY toInt64(" + Text + "))", 6)]
    [InlineData("MODIFY TTL toDateTime(" + Text + ")", 41)]
    public Task Rows_that_an_expression_of_the_table_does_not_take_are_searched(string change, int code) =>
        AssertAsync("ALTER TABLE $.m " + change, code, InsertErrorClass.RefuseRows);

    [Theory]
    [InlineData("ALTER TABLE $.m MODIFY SETTING table_readonly = 1", 774)]
    [InlineData("DROP TABLE $.m SYNC;CREATE VIEW $.m AS SELECT * FROM (SELECT now64(3) AS _time, '' AS _id, now64(3) AS _received, 1 AS _partition, 1 AS _offset, 1 AS _seq, now() AS _inserted, map('a', 'b') AS _extra, 1 AS n, '' AS s)", 48)]
    [InlineData("ALTER TABLE $.m MODIFY SETTING parts_to_throw_insert = 1, parts_to_delay_insert = 1;INSERT INTO $.m (n) VALUES (1);SYSTEM STOP MERGES $.m", 252)]
    public Task What_only_time_or_somebody_else_can_mend_is_tried_again(string change, int code) => AssertAsync(change, code, InsertErrorClass.Retry);

    [Theory]
    [InlineData("CREATE MATERIALIZED VIEW $.v ENGINE = MergeTree ORDER BY x AS SELECT toInt64(assumeNotNull(s)) AS x FROM $.m", 6)]
    [InlineData("CREATE TABLE $.t (x Int64, CONSTRAINT c CHECK x < 5) ENGINE = MergeTree ORDER BY x;CREATE MATERIALIZED VIEW $.v TO $.t AS SELECT assumeNotNull(n) AS x FROM $.m", 469)]
    [InlineData("CREATE TABLE $.t (x UInt8) ENGINE = MergeTree ORDER BY x;CREATE MATERIALIZED VIEW $.v TO $.t AS SELECT throwIf(n = 5) AS x FROM $.m", 395)]
    public async Task A_view_that_fails_leaves_the_table_s_rows_in_place_and_the_outcome_open(string change, int code)
    {
        var (error, count) = await InsertAsync(change);
        Assert.Equal(code, error.Code);
        Assert.True(InsertErrorClasses.IsOfView(error.Message), error.Message);
        Assert.Equal(InsertErrorClass.Retry, InsertErrorClasses.Of(error));
        Assert.True(error.IsOutcomeUnknown);
        Assert.Equal("10", count);
    }

    [Fact]
    public async Task An_insert_without_memory_is_tried_again()
    {
        var table = await BlockTable.CreateAsync(engine, Columns);
        var clickHouse = await engine.OpenAsync();
        await clickHouse.ExecuteAsync($"ALTER TABLE {table.Name} ADD COLUMN x Array(UInt64) MATERIALIZED range(toUInt64(assumeNotNull(n)) * 1000000)");
        var error = await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.ExecuteAsync(
            $"INSERT INTO {table.Name} (n) SELECT number FROM numbers(10) SETTINGS max_memory_usage = 10000000"));
        Assert.Equal(241, error.Code);
        Assert.Equal(InsertErrorClass.Retry, InsertErrorClasses.Of(error));
        Assert.Equal("0", await engine.QueryTextAsync($"SELECT count() FROM {table.Name}"));
    }

    [Theory]
    [InlineData("x: while pushing to view d.v. (TOO_MANY_PARTS)")]
    [InlineData("x: while pushing to view d.v. (TOO_MANY_PARTS) (version 26.7.2.1)")]
    [InlineData("x: while converting column \"s\" from type String to type Int64: While executing Native. (CANNOT_PARSE_TEXT) (version 26.7.2.1)")]
    public async Task A_value_that_reads_like_an_error_does_not_change_what_is_done(string value)
    {
        var (error, _) = await InsertAsync("ALTER TABLE $.m ADD CONSTRAINT c CHECK not startsWith(" + Text + ", 'x')", value);
        Assert.Equal(469, error.Code);
        Assert.True(error.Message.Contains("while pushing to view", StringComparison.Ordinal) || error.Message.Contains("while converting", StringComparison.Ordinal), error.Message);
        Assert.Equal(InsertErrorClass.RefuseRows, InsertErrorClasses.Of(error));
        Assert.False(error.IsOutcomeUnknown);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(49)]
    [InlineData(243)]
    [InlineData(1001)]
    public void An_error_nobody_has_heard_of_is_tried_again_and_its_outcome_is_open(int code)
    {
        Assert.Equal(InsertErrorClass.Retry, InsertErrorClasses.Of(new ClickHouseException(code, "What?")));
        Assert.False(InsertErrorClasses.AreBeforeWriting(code, "What?"));
    }

    private async Task AssertAsync(string change, int code, InsertErrorClass errorClass)
    {
        var (error, count) = await InsertAsync(change);
        Assert.Equal(code, error.Code);
        Assert.Equal(errorClass, InsertErrorClasses.Of(error));
        Assert.False(error.IsOutcomeUnknown, error.Message);
        Assert.True(count is null or "0" or "1", $"{count} rows");
    }

    // Ten rows: n is 0 to 9, s is a number in all but one.
    private async Task<(ClickHouseException Error, string? Count)> InsertAsync(string change, string odd = "odd")
    {
        var table = await BlockTable.CreateAsync(engine, Columns);
        var clickHouse = await engine.OpenAsync();
        var names = table.Name.Split('.');
        foreach (var statement in change.Replace("$", names[0], StringComparison.Ordinal).Split(';'))
        {
            await clickHouse.ExecuteAsync(statement);
        }

        var batch = new TestBatch();
        for (var i = 0; i < 10; i++)
        {
            batch.Add(("n", TestValue.Int(i)), ("s", TestValue.Text(i == 5 ? odd : "7")));
        }

        var error = await Assert.ThrowsAsync<ClickHouseException>(() => table.InsertAsync([new BatchRows(batch.Build(), null)]));
        try
        {
            return (error, await engine.QueryTextAsync($"SELECT count() FROM {table.Name}"));
        }
        catch (ClickHouseException)
        {
            // The table is gone, and with it the question.
            return (error, null);
        }
    }
}
