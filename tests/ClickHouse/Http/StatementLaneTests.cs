// Goal: no more statements are under way than connections are allowed, users' queries never take the others' places, a statement that waits can be given up and one that has
// begun is finished, and a close refuses what waits and lets the rest end.
using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Http;
using Xunit;

namespace Analytics.Tests.ClickHouse.Http;

public sealed class StatementLaneTests : IAsyncLifetime
{
    private readonly FaultyServer _server = new();
    private readonly TaskCompletionSource _release = new();

    public StatementLaneTests() => _server.Answer = _ => Reply.Ok() with { After = _release.Task };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task As_many_statements_run_at_once_as_there_are_connections()
    {
        await using var clickHouse = Open();
        var queries = Enumerable.Range(0, 5).Select(_ => clickHouse.QueryAsync("SELECT 1", "TSV")).ToArray();
        await Eventually.TrueAsync(() => clickHouse.RunningCount == 2 && _server.Requests.Count == 2, "two run");
        Assert.Equal(3, clickHouse.WaitingCount);
        var users = clickHouse.QueryReadOnlyAsync("SELECT 1", "TSV");
        await Eventually.TrueAsync(() => _server.Requests.Count == 3, "a user's query runs beside them");
        _release.SetResult();
        await Task.WhenAll([.. queries, users]).WithinDeadline();
        Assert.Equal((0, 0, 6), (clickHouse.RunningCount, clickHouse.WaitingCount, _server.Requests.Count));
    }

    [Fact]
    public async Task An_insert_that_waits_can_be_given_up_and_one_that_has_begun_is_finished()
    {
        await using var clickHouse = Open();
        using var cancellation = new CancellationTokenSource();
        var begun = Enumerable.Range(0, 2).Select(_ => clickHouse.InsertAsync(Servers.Block(), cancellation.Token)).ToArray();
        await Eventually.TrueAsync(() => _server.Requests.Count == 2, "two have begun");
        var waiting = clickHouse.InsertAsync(Servers.Block(), cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WithinDeadline());
        Assert.All(begun, task => Assert.False(task.IsCompleted));
        _release.SetResult();
        await Task.WhenAll(begun).WithinDeadline();
        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public async Task Giving_up_a_statement_ends_the_wait_and_not_the_statement()
    {
        await using var clickHouse = Open();
        using var cancellation = new CancellationTokenSource();
        var statement = clickHouse.ExecuteAsync("DROP TABLE t", cancellation.Token);
        await Eventually.TrueAsync(() => _server.Requests.Count == 1, "it has begun");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => statement.WithinDeadline());
        Assert.Equal(1, clickHouse.RunningCount);
        _release.SetResult();
        await Eventually.TrueAsync(() => clickHouse.RunningCount == 0, "it ends");
    }

    [Fact]
    public async Task Giving_up_a_query_breaks_it_off()
    {
        await using var clickHouse = Open();
        using var cancellation = new CancellationTokenSource();
        var query = clickHouse.QueryReadOnlyAsync("SELECT 1", "TSV", null, cancellation.Token);
        await Eventually.TrueAsync(() => _server.Requests.Count == 1, "it has begun");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query.WithinDeadline());
        await Eventually.TrueAsync(() => clickHouse.RunningCount == 0, "its place is free");
        _release.SetResult();
    }

    [Fact]
    public async Task A_close_refuses_what_waits_and_lets_the_rest_end()
    {
        var clickHouse = Open();
        var begun = Enumerable.Range(0, 2).Select(_ => clickHouse.InsertAsync(Servers.Block())).ToArray();
        await Eventually.TrueAsync(() => _server.Requests.Count == 2, "two have begun");
        var waiting = clickHouse.InsertAsync(Servers.Block());
        var closed = clickHouse.DisposeAsync().AsTask();
        Assert.Contains("closing", (await Assert.ThrowsAsync<ClickHouseException>(() => waiting.WithinDeadline())).Message, StringComparison.Ordinal);
        Assert.Contains("closing", (await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.QueryAsync("SELECT 1", "TSV"))).Message, StringComparison.Ordinal);
        Assert.False(closed.IsCompleted);
        _release.SetResult();
        await Task.WhenAll([.. begun, closed]).WithinDeadline();
    }

    private HttpClickHouse Open() => Servers.Open(Servers.Options(_server) with { Connections = 2, QueryConnections = 1 });
}
