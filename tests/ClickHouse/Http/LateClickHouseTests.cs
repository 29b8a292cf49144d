// Goal: a server that was away at the start is prepared once, before anything else is sent to it; as long as that fails, every statement fails and nothing reaches the tables.
using Analytics.Grains.ClickHouse;
using Analytics.Silo.Hosting;
using Analytics.Silo.Log;
using Analytics.Tests.Http;
using Xunit;

namespace Analytics.Tests.ClickHouse.Http;

public sealed class LateClickHouseTests
{
    private readonly ClickHouseDouble _server = new();
    private int _attempts;

    [Fact]
    public async Task Everything_waits_for_one_preparation()
    {
        var prepared = new TaskCompletionSource();
        var late = Open(() => prepared.Task);
        var queries = Enumerable.Range(0, 10).Select(_ => late.QueryAsync("SELECT 1", "TSV")).ToArray();
        Assert.Empty(_server.Queries);
        prepared.SetResult();
        await Task.WhenAll(queries).WithinDeadline();
        await late.QueryReadOnlyAsync("SELECT 1", "TSV");
        await late.ExecuteAsync("DROP TABLE t");
        Assert.Equal((1, 10, 1), (_attempts, _server.Queries.Count, _server.UserQueries.Count));
    }

    [Fact]
    public async Task One_that_fails_fails_the_statements_and_is_tried_again_with_the_next()
    {
        var isAway = true;
        var late = Open(() => isAway ? Task.FromException(new ClickHouseAwayException("away")) : Task.CompletedTask);
        await Assert.ThrowsAsync<ClickHouseAwayException>(() => late.QueryAsync("SELECT 1", "TSV"));
        await Assert.ThrowsAsync<ClickHouseAwayException>(() => late.InsertAsync(Servers.Block()));
        Assert.Empty(_server.Queries);
        isAway = false;
        await late.QueryAsync("SELECT 1", "TSV");
        Assert.Equal((3, 1), (_attempts, _server.Queries.Count));
    }

    [Fact]
    public async Task What_would_have_stopped_a_start_keeps_every_statement_back()
    {
        var late = Open(() => Task.FromException(new EventLogException("the tables hold rows of another log")));
        var e = await Assert.ThrowsAsync<ClickHouseException>(() => late.InsertAsync(Servers.Block()));
        Assert.Equal(("the tables hold rows of another log", false), (e.Message, e.IsOutcomeUnknown));
    }

    [Fact]
    public async Task Who_gives_up_waiting_leaves_the_preparation_to_the_others()
    {
        var prepared = new TaskCompletionSource();
        var late = Open(() => prepared.Task);
        using var cancellation = new CancellationTokenSource();
        var given = late.QueryAsync("SELECT 1", "TSV", null, cancellation.Token);
        var kept = late.QueryAsync("SELECT 1", "TSV");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        prepared.SetResult();
        await kept.WithinDeadline();
        Assert.Equal(1, _attempts);
    }

    private LateClickHouse Open(Func<Task> prepare) => new(_server, _ =>
    {
        Interlocked.Increment(ref _attempts);
        return prepare();
    });
}
