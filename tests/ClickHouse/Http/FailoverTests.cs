// Goal: of several replicas one is used as long as it works; what can be sent again goes to the next at once, what cannot does not; one that failed is left alone for a growing
// while and no statement is refused because of it; servers that are too old are refused in words.
using System.Text;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Http;
using Xunit;

namespace Analytics.Tests.ClickHouse.Http;

public sealed class FailoverTests : IAsyncLifetime
{
    private readonly FaultyServer _first = new() { Answer = _ => Reply.Ok("first") };
    private readonly FaultyServer _second = new() { Answer = _ => Reply.Ok("second") };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task The_first_is_used_as_long_as_it_works()
    {
        await using var clickHouse = Servers.Open(Servers.Options(_first, _second));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("first", await AskAsync(clickHouse));
        }

        Assert.Equal((1, 0), (_first.VersionCount, _second.VersionCount));
    }

    [Fact]
    public async Task Everything_goes_to_the_next_where_nobody_takes_the_connection()
    {
        await using var clickHouse = Servers.Open(Servers.Options(_first) with { Url = FaultyServer.UrlOfNobody() + ", " + _second.Url, Cluster = "all" });
        await clickHouse.InsertAsync(Servers.Block());
        await clickHouse.ExecuteAsync("CREATE DATABASE x");
        Assert.Equal("second", await AskAsync(clickHouse));
        Assert.Equal(3, _second.Requests.Count);
    }

    [Fact]
    public async Task A_query_whose_connection_breaks_is_asked_of_the_next_and_an_insert_is_not()
    {
        _first.Answer = _ => Reply.Ending(ReplyEnd.Reset);
        await using var clickHouse = Servers.Open(Servers.Options(_first, _second));
        Assert.True((await Assert.ThrowsAsync<ClickHouseAwayException>(() => clickHouse.InsertAsync(Servers.Block()))).IsOutcomeUnknown);
        Assert.Empty(_second.Requests);

        // What it has become is read from the other one.
        Assert.Equal("second", await AskAsync(clickHouse));
        Assert.Single(_first.Requests);
        await clickHouse.InsertAsync(Servers.Block());
        Assert.Equal(2, _second.Requests.Count);
    }

    [Fact]
    public async Task A_query_is_asked_of_the_next_when_its_answer_breaks_off()
    {
        _first.Answer = _ => Reply.Ending(ReplyEnd.CutChunks, "half");
        await using var clickHouse = Servers.Open(Servers.Options(_first, _second));
        Assert.Equal("second", await AskAsync(clickHouse));
    }

    [Fact]
    public async Task A_replica_that_lags_is_passed_over_and_one_that_cannot_write_is_left()
    {
        _first.Answer = _ => Reply.Error(289, "REPLICA_IS_NOT_IN_QUORUM", "Replica doesn't have part");
        await using var clickHouse = Servers.Open(Servers.Options(_first, _second));
        Assert.Equal("second", await AskAsync(clickHouse));

        _second.Answer = _ => Reply.Error(242, "TABLE_IS_READ_ONLY", "Table is in readonly mode");
        _first.Answer = _ => Reply.Ok("first");
        Assert.Equal(242, (await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.InsertAsync(Servers.Block()))).Code);
        Assert.Equal("first", await AskAsync(clickHouse));
    }

    [Fact]
    public async Task An_error_in_the_statement_is_nobody_elses_to_answer()
    {
        _first.Answer = _ => Reply.Error(62, "SYNTAX_ERROR", "Syntax error");
        await using var clickHouse = Servers.Open(Servers.Options(_first, _second));
        Assert.Equal(62, (await Assert.ThrowsAsync<ClickHouseException>(() => AskAsync(clickHouse))).Code);
        Assert.Empty(_second.Requests);
    }

    [Fact]
    public async Task When_all_are_away_that_is_said_and_when_one_is_back_it_is_used()
    {
        _first.Answer = _ => Reply.Ending(ReplyEnd.Reset);
        _second.Answer = _ => Reply.Ending(ReplyEnd.Reset);
        var time = new ManualTime();
        await using var clickHouse = Servers.Open(Servers.Options(_first, _second), time);
        await Assert.ThrowsAsync<ClickHouseAwayException>(() => AskAsync(clickHouse));
        Assert.Equal((1, 1), (_first.Requests.Count, _second.Requests.Count));
        _second.Answer = _ => Reply.Ok("second");
        Assert.Equal("second", await AskAsync(clickHouse));
    }

    [Fact]
    public void A_replica_that_fails_again_and_again_is_left_alone_for_longer()
    {
        var time = new ManualTime();
        var replicas = new Replicas([new Uri("http://a:1"), new Uri("http://b:1")], time);
        var first = replicas.Choose([]);
        double[] pausesSeconds = [1, 2, 4, 8, 16, 32, 60, 60];
        foreach (var pause in pausesSeconds)
        {
            Assert.Same(first, replicas.Choose([]));
            replicas.Failed(first);

            // Statements that fail together are one failure.
            replicas.Failed(first);
            time.Advance(TimeSpan.FromSeconds(pause) - TimeSpan.FromMilliseconds(1));
            Assert.NotSame(first, replicas.Choose([]));
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.True(replicas.Succeeded(first));
        Assert.False(replicas.Succeeded(first));
        Assert.True(replicas.Failed(first));
        Assert.False(replicas.Failed(first));
    }

    [Fact]
    public void The_one_that_works_stays_in_use_and_the_least_tired_is_tried_when_none_does()
    {
        var time = new ManualTime();
        var replicas = new Replicas([new Uri("http://a:1"), new Uri("http://b:1"), new Uri("http://c:1")], time);
        var first = replicas.Choose([]);
        var second = replicas.Choose([first]);
        replicas.Failed(first);
        replicas.Succeeded(second);
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Same(second, replicas.Choose([]));
        var third = replicas.Choose([second]);
        Assert.NotSame(first, third);
        replicas.Failed(third);
        time.Advance(TimeSpan.FromSeconds(0.5));
        replicas.Failed(second);
        replicas.Failed(first);
        Assert.Same(third, replicas.Choose([]));
        Assert.Throws<InvalidOperationException>(() => replicas.Choose([first, second, third]));
    }

    [Theory]
    [InlineData("24.8.1.1", true)]
    [InlineData("24.12.1.1", true)]
    [InlineData("25.1.1.1-testing", true)]
    [InlineData("24.7.9.9", false)]
    [InlineData("23.12.1.1", false)]
    [InlineData("hello", false)]
    public async Task A_server_that_is_too_old_is_refused_in_words_and_asked_nothing_else(string version, bool isSupported)
    {
        _first.Version = version;
        await using var clickHouse = Servers.Open(_first);
        var e = await Record.ExceptionAsync(() => clickHouse.ConnectAsync(CancellationToken.None));
        Assert.Equal(isSupported, e is null);
        if (!isSupported)
        {
            Assert.Equal($"ClickHouse at {_first.Url} has version {version}; 24.8 or newer is needed.", Assert.IsType<ClickHouseException>(e).Message);
            Assert.Empty(_first.Requests);
            await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.InsertAsync(Servers.Block()));
            Assert.Empty(_first.Requests);
        }
    }

    [Fact]
    public async Task An_account_that_is_read_only_by_itself_cannot_run_users_sql_and_that_is_said()
    {
        _first.Answer = request => request.Query.ContainsKey("readonly") ? Reply.Error(164, "READONLY", "Cannot modify 'max_execution_time' setting in readonly mode") : Reply.Ok();
        await using var clickHouse = Servers.Open(_first);
        var e = await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.ConnectAsync(CancellationToken.None));
        Assert.Contains("ClickHouse:QueryUser", e.Message, StringComparison.Ordinal);
        Assert.Contains("max_execution_time", e.Message, StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(HttpClickHouse clickHouse) => Encoding.UTF8.GetString(await clickHouse.QueryAsync("SELECT 1", "TSV"));
}
