// Goal: whatever is wrong with a table or with rows, each row of a block ends in exactly one place: in the table, in one part with the others, or, refused
// for good, in the log. The engine is the real one.
using System.Text;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Metrics;
using Analytics.Grains.Tables;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Decode;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class BlockWriterTests(EngineFixture engine)
{
    [Fact]
    public async Task Three_of_a_thousand_rows_violate_a_constraint_and_exactly_these_are_refused()
    {
        using var metric = await CreateAsync("ALTER TABLE $$ ADD CONSTRAINT c CHECK n NOT IN (17, 502, 1001)");

        // A message of several events among the others, with a refused one in its middle.
        var rows = WrittenMetric.Rows(2, 1000).Select(row => row.Offset is >= 500 and < 504 ? WrittenMetric.Row(500, row.Offset, (int)row.Offset - 500) : row);
        var insertsBefore = metric.ClickHouse.InsertCount;
        metric.Refused.BeforeAppend = () =>
        {
            Assert.Equal("1\t1", metric.PartsAsync().GetAwaiter().GetResult());
            return null;
        };
        var outcome = await metric.WriteAsync(metric.Block(rows));
        Assert.Equal(3, outcome.RefusedRows);
        Assert.Equal([17, 500, 1001], metric.Refused.Rows.Select(row => row.Offset));
        Assert.Equal([0, 2, 0], metric.Refused.Rows.Select(row => row.Sequence));
        Assert.All(metric.Refused.Rows, row => Assert.Contains("Constraint `c`", row.Reason, StringComparison.Ordinal));
        Assert.Equal("p/m @1800000000000 n=i1001", Assert.Single(Decoding.Lines(RawOf(metric.Refused.Rows[2]))));
        Assert.Equal(Enumerable.Range(1, 1001).Except([17, 502, 1001]).Select(n => (long)n), await metric.ReadAsync());

        // The part that was there, and one of 997 rows (merges aside, which keep the rows).
        Assert.EndsWith("\t998", await metric.PartsAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await TableInsertsSinceAsync(metric, insertsBefore));
        await AssertNoScratchAsync();
    }

    [Theory]
    [InlineData("ALTER TABLE $$ ADD COLUMN x UInt8 MATERIALIZED throwIf(n = 7, 'no seven')", "no seven")]
    [InlineData("ALTER TABLE $$ ADD COLUMN x Int64 DEFAULT intDiv(1, assumeNotNull(n) - 7)", "Division by zero")]
    [InlineData("ALTER TABLE $$ ADD INDEX i throwIf(n = 7, 'no index of seven') TYPE minmax GRANULARITY 1", "no index of seven")]
    [InlineData("ALTER TABLE $$ ADD PROJECTION p (SELECT throwIf(n = 7, 'seven') AS x, count() GROUP BY x)", "seven")]
    public async Task A_row_that_an_expression_of_the_table_refuses_leaves_the_others_alone(string change, string reason)
    {
        using var metric = await CreateAsync(change);
        var outcome = await metric.WriteAsync(metric.Block(WrittenMetric.Rows(2, 20)));
        Assert.Equal(1, outcome.RefusedRows);
        var refused = Assert.Single(metric.Refused.Rows);
        Assert.Equal((7, 0, 0), (refused.Offset, refused.Sequence, refused.Partition));
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, 21).Except([7]).Select(n => (long)n), await metric.ReadAsync());
        await AssertNoScratchAsync();
    }

    [Fact]
    public async Task A_block_of_refused_rows_only_needs_no_insert()
    {
        using var metric = await CreateAsync("ALTER TABLE $$ ADD CONSTRAINT c CHECK n < 2");
        Assert.Equal(5, (await metric.WriteAsync(metric.Block(WrittenMetric.Rows(2, 5)))).RefusedRows);
        Assert.Equal((long[])[1], await metric.ReadAsync());
        Assert.Equal([2L, 3, 4, 5, 6], metric.Refused.Rows.Select(row => row.Offset));
    }

    [Fact]
    public async Task A_log_that_does_not_take_refused_rows_holds_up_the_block_and_loses_nothing()
    {
        using var metric = await CreateAsync("ALTER TABLE $$ ADD CONSTRAINT c CHECK n != 3");
        var failures = 3;
        metric.Refused.BeforeAppend = () => failures-- > 0 ? new IOException("The log is full.") : null;
        Assert.Equal(1, (await metric.WriteAsync(metric.Block(WrittenMetric.Rows(2, 3))).WithinDeadline()).RefusedRows);
        Assert.Equal(3, Assert.Single(metric.Refused.Rows).Offset);
        Assert.Equal((long[])[1, 2, 4], await metric.ReadAsync());
        Assert.Equal(-1, failures);
    }

    [Theory]
    [InlineData(true, "analytics")]
    [InlineData(false, null)]
    public async Task Without_a_place_for_refused_rows_they_are_kept_and_tried_again(bool canRefuse, string? project)
    {
        // A dead letter that is refused would come back as a dead letter for ever.
        using var metric = await CreateAsync("ALTER TABLE $$ ADD CONSTRAINT c CHECK n != 3", canRefuse, project, "refused_" + Guid.NewGuid().ToString("N"));
        var writing = metric.WriteAsync(metric.Block(WrittenMetric.Rows(2, 3)));
        await Eventually.TrueAsync(() => metric.Failures.Messages.Count > 3, "several attempts");
        Assert.False(writing.IsCompleted);
        Assert.Equal((long[])[1], await metric.ReadAsync());
        await metric.ChangeAsync("ALTER TABLE $$ DROP CONSTRAINT c");
        Assert.Equal(0, (await writing.WithinDeadline()).RefusedRows);
        Assert.Equal((long[])[1, 2, 3, 4], await metric.ReadAsync());
        Assert.Empty(metric.Refused.Rows);
        await metric.ChangeAsync("DROP TABLE $$");
    }

    [Fact]
    public async Task A_refusal_that_a_copy_of_the_table_does_not_share_is_said_aloud_and_tried_again()
    {
        using var metric = await CreateAsync();
        metric.ClickHouse.BeforeInsert = FaultyClickHouse.Times(1, () => new ClickHouseException(469, "Constraint `c` is violated (injected)"));
        Assert.Equal(0, (await metric.WriteAsync(metric.Block(WrittenMetric.Rows(2, 3))).WithinDeadline()).RefusedRows);
        Assert.True(metric.HasLogged("a copy of it takes every one"));
        Assert.Equal((long[])[1, 2, 3, 4], await metric.ReadAsync());
        Assert.Empty(metric.Refused.Rows);
        await AssertNoScratchAsync();
    }

    [Fact]
    public async Task A_view_that_fails_neither_doubles_nor_refuses_rows()
    {
        using var metric = await CreateAsync("CREATE MATERIALIZED VIEW $.v ENGINE = MergeTree ORDER BY x AS SELECT throwIf(assumeNotNull(n) = 3, 'no three') AS x FROM $$");
        Assert.Equal(0, (await metric.WriteAsync(metric.Block(WrittenMetric.Rows(2, 3))).WithinDeadline()).RefusedRows);
        Assert.Equal((long[])[1, 2, 3, 4], await metric.ReadAsync());
        Assert.Empty(metric.Refused.Rows);
        Assert.True(metric.HasLogged("no three: while executing"), string.Join('\n', metric.Failures.Messages));
        Assert.True(metric.HasLogged("A view attached to"));
    }

    [Theory]
    [InlineData("DROP TABLE $$ SYNC", new long[] { 2, 3 })]
    [InlineData("DROP DATABASE $ SYNC", new long[] { 2, 3 })]
    [InlineData("RENAME TABLE $$ TO $.elsewhere", new long[] { 2, 3 })]
    [InlineData("ALTER TABLE $$ DROP COLUMN n", new long[] { 0, 2, 3 })]
    public async Task What_somebody_else_has_taken_away_is_made_again(string change, long[] expected)
    {
        using var metric = await CreateAsync(change);
        Assert.Equal(0, (await metric.WriteAsync(metric.Block(WrittenMetric.Rows(2, 2)))).RefusedRows);
        Assert.Equal(expected, await metric.ReadAsync());
    }

    [Fact]
    public async Task A_table_dropped_before_it_needs_a_new_column_is_made_again_with_it()
    {
        using var metric = await CreateAsync("DROP TABLE $$ SYNC");
        await metric.WriteAsync(metric.Block(WrittenMetric.Rows(2, 2), new TableColumn("n", ColumnType.Int64), new TableColumn("new", ColumnType.String)));
        Assert.Equal((long[])[2, 3], await metric.ReadAsync());
    }

    [Theory]
    [InlineData("ADD COLUMN n Array(Int64)")]
    [InlineData("ADD COLUMN n Map(String, String)")]
    [InlineData("ADD COLUMN n Nullable(Int64) MATERIALIZED 5")]
    [InlineData("ADD COLUMN n Nullable(Int64) ALIAS 5")]
    public async Task A_column_that_cannot_be_made_right_ends_the_writing_and_the_plan(string change)
    {
        using var metric = await CreateAsync();
        await metric.ChangeAsync("ALTER TABLE $$ DROP COLUMN n;ALTER TABLE $$ " + change);
        var error = await Assert.ThrowsAsync<TableChangedException>(() => metric.WriteAsync(metric.Block(WrittenMetric.Rows(2, 2))).WithinDeadline());
        Assert.Contains("`n`", error.Message, StringComparison.Ordinal);
        Assert.Empty(metric.Refused.Rows);
    }

    [Fact]
    public async Task What_passes_is_waited_for_and_the_rows_are_there_once()
    {
        using var metric = await CreateAsync("ALTER TABLE $$ MODIFY SETTING table_readonly = 1");
        var writing = metric.WriteAsync(metric.Block(WrittenMetric.Rows(2, 2)));
        await Eventually.TrueAsync(() => metric.Failures.Messages.Count > 2, "several attempts");
        await metric.ChangeAsync("ALTER TABLE $$ MODIFY SETTING table_readonly = 0");
        await writing.WithinDeadline();
        Assert.Equal((long[])[1, 2, 3], await metric.ReadAsync());
    }

    [Fact]
    public async Task A_refused_block_that_is_there_all_the_same_is_not_searched()
    {
        using var metric = await CreateAsync();
        metric.ClickHouse.AfterInsert = FaultyClickHouse.Times(1, () => new ClickHouseException(469, "Constraint `c` is violated (injected)"));
        Assert.Equal(0, (await metric.WriteAsync(metric.Block(WrittenMetric.Rows(2, 2)))).RefusedRows);
        Assert.Equal((long[])[1, 2, 3], await metric.ReadAsync());
        Assert.Equal(2, metric.ClickHouse.InsertCount);
    }

    [Fact]
    public async Task A_table_is_not_quiet_while_it_is_inserted_into_and_is_after_every_end()
    {
        using var metric = await CreateAsync();
        var database = metric.Block(WrittenMetric.Rows(2, 1)).Batches[0].Batch.Project;
        var quiets = new List<Task>();
        var failures = 2;
        metric.ClickHouse.BeforeInsert = () =>
        {
            quiets.Add(metric.Inserts.Tables.WhenQuietAsync(database, "m"));
            Assert.DoesNotContain(quiets.TakeLast(1), quiet => quiet.IsCompleted);
            return failures-- > 0 ? FaultyClickHouse.Refused() : null;
        };
        await metric.WriteAsync(metric.Block(WrittenMetric.Rows(2, 2)));
        Assert.Equal(3, quiets.Count);
        await Task.WhenAll(quiets).WithinDeadline();
        Assert.Equal(0, metric.Inserts.Tables.Count);
    }

    [Fact]
    public async Task A_turn_given_back_before_is_replaced()
    {
        using var metric = await CreateAsync();
        var turn = await metric.Inserts.WaitTurnAsync(InsertUrgency.Full);
        turn.Dispose();
        await metric.Writer.WriteAsync(metric.Block(WrittenMetric.Rows(2, 1)), turn, CancellationToken.None).WithinDeadline();
        await metric.Writer.WriteAsync(metric.Block(WrittenMetric.Rows(3, 1)), null, CancellationToken.None).WithinDeadline();
        Assert.Equal((long[])[1, 2, 3], await metric.ReadAsync());
        Assert.Equal(0, metric.Inserts.InFlightCount);
    }

    [Fact]
    public async Task Scratch_tables_of_a_process_that_ended_are_dropped_at_the_next_start()
    {
        using var metric = await CreateAsync();
        await ScratchTable.CreateAsync(metric.ClickHouse, metric.Place, ScratchKind.Whole, CancellationToken.None);
        await ScratchTable.CreateAsync(metric.ClickHouse, metric.Place, ScratchKind.Expressions, CancellationToken.None);
        Assert.Equal("2", await ScratchCountAsync());
        await ScratchTable.DropLeftoversAsync(metric.ClickHouse, TimeSpan.Zero, CancellationToken.None);
        await AssertNoScratchAsync();
        Assert.Equal((long[])[1], await metric.ReadAsync());
    }

    private static byte[] RawOf(RefusedRow row) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(row.Raw).Replace($"\"{row.Project}\"", "\"p\"", StringComparison.Ordinal));

    // A table with the row 1 in it, then changed behind the writer's back.
    private async Task<WrittenMetric> CreateAsync(string? change = null, bool canRefuse = true, string? project = null, string metric = "m")
    {
        var created = await WrittenMetric.CreateAsync(engine, canRefuse, project, metric);
        await created.WriteAsync(created.Block(WrittenMetric.Rows(1, 1)));
        if (change is not null)
        {
            await created.ChangeAsync(change);
        }

        return created;
    }

    // Inserts that succeeded, less those that scratch tables took.
    private async Task<int> TableInsertsSinceAsync(WrittenMetric metric, int before)
    {
        Assert.True(metric.ClickHouse.InsertCount > before + 1);
        var blocks = await engine.QueryTextAsync(
            $"SELECT max(max_block_number) - min(min_block_number) FROM system.parts WHERE active AND concat('`', database, '`.`', table, '`') = '{metric.Table}'");
        return int.Parse(blocks, System.Globalization.CultureInfo.InvariantCulture);
    }

    private Task<string> ScratchCountAsync() => engine.QueryTextAsync(
        $"SELECT count() FROM system.tables WHERE database = 'analytics' AND startsWith(name, '{ScratchTable.NamePrefix}')");

    private async Task AssertNoScratchAsync() => Assert.Equal("0", await ScratchCountAsync());
}
