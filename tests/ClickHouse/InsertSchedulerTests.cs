// Goal: the budget of inserts holds (a second, at once), is spent in order, loses no place to a failure or to someone who leaves,
// and the gauges tell the truth. The engine is a double that inserts when told to; one test uses the real one.
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Tests.Columns;
using Xunit;

namespace Analytics.Tests.ClickHouse;

public sealed class InsertSchedulerTests(EngineFixture engine) : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly HeldClickHouse _clickHouse = new();

    public void Dispose() => _clickHouse.Dispose();

    [Fact]
    public async Task Inserts_go_in_the_order_they_came()
    {
        using var scheduler = new InsertScheduler(_clickHouse, 1000, 1, _time);
        var inserts = Enumerable.Range(0, 5).Select(i => scheduler.InsertAsync(Block(i))).ToArray();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(4 - i, scheduler.WaitingCount);
            Assert.Equal(1, scheduler.InFlightCount);
            await _clickHouse.ReleaseAsync();
            await inserts[i];
        }

        Assert.Equal(["t0", "t1", "t2", "t3", "t4"], _clickHouse.Begun);
    }

    [Fact]
    public async Task No_more_are_under_way_than_allowed()
    {
        using var scheduler = new InsertScheduler(_clickHouse, 1000, 3, _time);
        var inserts = Enumerable.Range(0, 10).Select(i => scheduler.InsertAsync(Block(i))).ToArray();
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(Math.Min(3, 10 - i), scheduler.InFlightCount);
            Assert.Equal(Math.Max(0, 7 - i), scheduler.WaitingCount);
            await _clickHouse.ReleaseAsync();

            // Of those under way any may be the one.
            await Eventually(() => inserts.Count(insert => insert.IsCompleted) == i + 1);
        }

        Assert.Equal(3, _clickHouse.MostAtOnce);
    }

    [Fact]
    public void No_more_begin_in_a_second_than_allowed()
    {
        _clickHouse.IsHolding = false;
        using var scheduler = new InsertScheduler(_clickHouse, 50, 100, _time);
        for (var i = 0; i < 1000; i++)
        {
            _ = scheduler.WaitTurnAsync(InsertUrgency.Aged);
        }

        // A tenth of a second's worth is kept from before.
        Assert.Equal(1000 - 5, scheduler.WaitingCount);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.InRange(1000 - scheduler.WaitingCount, 5 + 45, 5 + 50);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(200)]
    public async Task The_budget_is_spent_and_not_exceeded_over_a_minute(int perSecond)
    {
        using var scheduler = new InsertScheduler(_clickHouse, perSecond, 4, _time);
        _clickHouse.IsHolding = false;
        var inserts = Enumerable.Range(0, perSecond * 61).Select(i => scheduler.InsertAsync(Block(i))).ToArray();
        for (var step = 0; step < 60_000; step += 5)
        {
            _time.Advance(TimeSpan.FromMilliseconds(5));
            await Eventually(() => scheduler.InFlightCount == 0);
        }

        // The clock stands still while a finished insert is noted, so at most one timer's rounding a turn is lost.
        Assert.InRange(scheduler.InsertsTotal, perSecond * 60 * 0.7, (perSecond * 60) + Math.Max(1, perSecond * 0.1));
        scheduler.Dispose();
        await Task.WhenAll(inserts.Select(insert => insert.ContinueWith(_ => { }, TaskScheduler.Default)));
    }

    [Fact]
    public void Processes_that_share_a_server_spend_its_budget_together()
    {
        const int PerSecond = 100;
        const int Seconds = 10;
        using var scheduler = new InsertScheduler(_clickHouse, PerSecond, 10_000, _time);
        Assert.Throws<ArgumentOutOfRangeException>(() => scheduler.Share(0));
        scheduler.Share(4);
        Assert.InRange(Given(), Seconds * PerSecond / 4, (Seconds * PerSecond / 4) + (PerSecond / 10));
        scheduler.Share(1);
        Assert.InRange(Given(), Seconds * PerSecond, (Seconds * PerSecond) + (PerSecond / 10));

        int Given()
        {
            var before = scheduler.InFlightCount;
            for (var i = 0; i < Seconds * PerSecond * 2; i++)
            {
                _ = scheduler.WaitTurnAsync(InsertUrgency.Asked);
            }

            for (var i = 0; i < Seconds * PerSecond; i++)
            {
                _time.Advance(TimeSpan.FromMilliseconds(1000.0 / PerSecond));
            }

            return scheduler.InFlightCount - before;
        }
    }

    [Fact]
    public async Task Budget_is_not_saved_up_for_long()
    {
        using var scheduler = new InsertScheduler(_clickHouse, 100, 1000, _time);
        _time.Advance(TimeSpan.FromHours(1));
        var turns = Enumerable.Range(0, 50).Select(_ => scheduler.WaitTurnAsync(InsertUrgency.Aged)).ToArray();
        Assert.Equal(10, turns.Count(turn => turn.IsCompleted));
        Assert.Equal(40, scheduler.WaitingCount);
        await turns[0];
    }

    [Fact]
    public async Task A_failed_insert_fails_alone_and_frees_its_place()
    {
        using var scheduler = new InsertScheduler(_clickHouse, 1000, 1, _time);
        var first = scheduler.InsertAsync(Block(0));
        var second = scheduler.InsertAsync(Block(1));
        await _clickHouse.FailAsync(new ClickHouseException(241, "memory"));
        Assert.Equal(241, (await Assert.ThrowsAsync<ClickHouseException>(() => first)).Code);
        await _clickHouse.ReleaseAsync();
        await second;
        Assert.Equal((1L, 1L, 10L), (scheduler.FailuresTotal, scheduler.InsertsTotal, scheduler.RowsTotal));
        Assert.Equal(0, scheduler.InFlightCount);
    }

    [Fact]
    public async Task Who_leaves_the_queue_costs_no_budget_and_holds_no_one_up()
    {
        using var scheduler = new InsertScheduler(_clickHouse, 1000, 1, _time);
        using var cancellation = new CancellationTokenSource();
        var first = scheduler.InsertAsync(Block(0));
        var leaving = Enumerable.Range(1, 3).Select(i => scheduler.InsertAsync(Block(i), cancellation.Token)).ToArray();
        var last = scheduler.InsertAsync(Block(4));
        Assert.Equal(4, scheduler.WaitingCount);
        await cancellation.CancelAsync();
        Assert.Equal(1, scheduler.WaitingCount);
        foreach (var insert in leaving)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => insert);
        }

        await _clickHouse.ReleaseAsync();
        await first;
        await _clickHouse.ReleaseAsync();
        await last;
        Assert.Equal(["t0", "t4"], _clickHouse.Begun);
    }

    [Fact]
    public async Task A_token_cancelled_before_is_an_insert_that_never_begins()
    {
        using var scheduler = new InsertScheduler(_clickHouse, 1000, 1, _time);
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scheduler.InsertAsync(Block(0), cancellation.Token));
        await Eventually(() => scheduler.InFlightCount == 0);
        Assert.Equal(0, scheduler.WaitingCount);
        Assert.Empty(_clickHouse.Begun);
    }

    [Fact]
    public async Task A_turn_is_good_for_one_insert()
    {
        using var scheduler = new InsertScheduler(_clickHouse, 1000, 1, _time);
        _clickHouse.IsHolding = false;
        var turn = await scheduler.WaitTurnAsync(InsertUrgency.Aged);
        await turn.InsertAsync(Block(0));
        Assert.Throws<InvalidOperationException>(() => { _ = turn.InsertAsync(Block(1)); });
        turn.Dispose();
        turn.Dispose();
        Assert.Equal(0, scheduler.InFlightCount);
        Assert.Throws<InvalidOperationException>(() => { _ = turn.InsertAsync(Block(1)); });
    }

    [Fact]
    public async Task A_turn_given_back_unused_is_the_next_ones()
    {
        using var scheduler = new InsertScheduler(_clickHouse, 1000, 1, _time);
        var turn = await scheduler.WaitTurnAsync(InsertUrgency.Aged);
        var next = scheduler.WaitTurnAsync(InsertUrgency.Aged);
        Assert.False(next.IsCompleted);
        turn.Dispose();
        (await next).Dispose();
    }

    [Fact]
    public async Task Closing_refuses_who_waits_and_who_comes()
    {
        var scheduler = new InsertScheduler(_clickHouse, 1000, 1, _time);
        var first = scheduler.InsertAsync(Block(0));
        var second = scheduler.InsertAsync(Block(1));
        scheduler.Dispose();
        await Assert.ThrowsAsync<ClickHouseException>(() => second);
        await Assert.ThrowsAsync<ClickHouseException>(() => scheduler.InsertAsync(Block(2)));
        Assert.Equal(0, scheduler.WaitingCount);
        await _clickHouse.ReleaseAsync();
        await first;
    }

    [Fact]
    public async Task The_queue_has_an_end()
    {
        using var scheduler = new InsertScheduler(_clickHouse, 10, 1, _time);
        for (var i = 0; i < InsertScheduler.WaitingMax + 1; i++)
        {
            _ = scheduler.WaitTurnAsync(InsertUrgency.Aged);
        }

        await Assert.ThrowsAsync<ClickHouseException>(() => scheduler.WaitTurnAsync(InsertUrgency.Aged));
        Assert.Equal(InsertScheduler.WaitingMax, scheduler.WaitingCount);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void A_budget_of_nothing_is_refused(int perSecond, int inFlight) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new InsertScheduler(_clickHouse, perSecond, inFlight, _time));

    [Fact]
    public async Task Through_the_real_engine_every_row_arrives_within_the_budget()
    {
        var columns = new[] { new TableColumn("n", ColumnType.Int64) };
        var table = await BlockTable.CreateAsync(engine, columns);
        using var scheduler = new InsertScheduler(await engine.OpenAsync(), 100, 4, TimeProvider.System);
        var start = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            var writer = NativeBlockWriter.Rent();
            writer.Write([new BatchRows(new TestBatch().Add(("n", TestValue.Int(i))).Build(), null)], columns, 1_800_000_000);
            var name = table.Name.Split('.');
            await scheduler.InsertAsync(new InsertBlock(name[0], name[1], writer.ColumnNames, writer.Written, writer.Rows, $"{i}"));
            writer.Return();
        }));
        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromSeconds((60 - 10 - 1) / 100.0));
        Assert.Equal((60L, 60L, 0L), (scheduler.InsertsTotal, scheduler.RowsTotal, scheduler.FailuresTotal));
        Assert.True(scheduler.BytesTotal > 60 * 100);
        Assert.Equal("60\t1770", await engine.QueryTextAsync($"SELECT count(), sum(n) FROM {table.Name}"));
    }

    private static InsertBlock Block(int number) => new("d", $"t{number}", ["a"], new byte[10], 10, "token");

    private static async Task Eventually(Func<bool> condition)
    {
        var deadline = DateTime.UtcNow.AddSeconds(10);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < deadline, "The condition did not come true within 10 s.");
            await Task.Yield();
        }
    }
}
