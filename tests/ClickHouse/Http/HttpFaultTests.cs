// Goal: whatever happens to a statement on its way, what is said of it is true: refused with the server's code and words, away, or of unknown outcome; and an
// answer is whole or an error.
using System.Text;
using Analytics.Grains.ClickHouse;
using Xunit;

namespace Analytics.Tests.ClickHouse.Http;

public sealed class HttpFaultTests : IAsyncLifetime
{
    private const string Tag = "PU1FNUFH98PU1FNU";
    private const string ErrorText = "Code: 395. DB::Exception: Value passed to 'throwIf' function is non-zero. (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO) (version 24.8.4.13 (official build))\n";

    private readonly FaultyServer _server = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task An_error_has_the_code_and_the_words_without_the_version()
    {
        _server.Answer = _ => Reply.Error(60, "UNKNOWN_TABLE", "Table shop.m does not exist", status: 404);
        await using var clickHouse = Servers.Open(_server);
        foreach (var run in new Func<Task>[] { () => clickHouse.QueryAsync("SELECT 1", "TSV"), () => clickHouse.ExecuteAsync("DROP TABLE shop.m"), () => clickHouse.InsertAsync(Servers.Block()) })
        {
            var e = await Assert.ThrowsAsync<ClickHouseException>(run);
            Assert.Equal((60, "Table shop.m does not exist. (UNKNOWN_TABLE)", false), (e.Code, e.Message, e.IsOutcomeUnknown));
        }
    }

    [Fact]
    public async Task An_error_with_status_200_is_an_error()
    {
        _server.Answer = _ => Reply.Error(395, "X", "no", status: 200);
        await using var clickHouse = Servers.Open(_server);
        Assert.Equal(395, (await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.QueryAsync("SELECT 1", "TSV"))).Code);
    }

    [Theory]
    [InlineData(469, "VIOLATED_CONSTRAINT", "Constraint `c` is violated", false)]
    [InlineData(6, "CANNOT_PARSE_TEXT", "Cannot parse: While executing Native", false)]
    [InlineData(241, "MEMORY_LIMIT_EXCEEDED", "Memory limit exceeded", true)]
    [InlineData(159, "TIMEOUT_EXCEEDED", "Timeout exceeded", true)]
    [InlineData(6, "CANNOT_PARSE_TEXT", "Cannot parse: while pushing to view shop.v (uuid)", true)]
    [InlineData(516, "AUTHENTICATION_FAILED", "default: Authentication failed", false)]
    public async Task The_outcome_of_an_insert_is_known_where_the_error_is_one_from_before_writing(int code, string name, string text, bool isUnknown)
    {
        _server.Answer = _ => Reply.Error(code, name, text);
        await using var clickHouse = Servers.Open(_server);
        var e = await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.InsertAsync(Servers.Block()));
        Assert.Equal((code, isUnknown), (e.Code, e.IsOutcomeUnknown));
    }

    [Fact]
    public async Task A_block_of_other_types_is_told_from_rows_that_are_refused()
    {
        _server.Answer = _ => Reply.Error(6, "CANNOT_PARSE_TEXT", "Cannot parse string 'x' as Int64: while converting column `a` from type String to type Int64: While executing Native");
        await using var clickHouse = Servers.Open(_server);
        var e = await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.InsertAsync(Servers.Block()));
        Assert.Equal(InsertErrorClass.RefreshSchema, InsertErrorClasses.Of(e));
    }

    public static TheoryData<ReplyEnd, string?, string> ErrorsBehindRows => new()
    {
        // 25.11 and newer, in a body that breaks off and in one that a proxy made whole; 24.11 and newer; before.
        { ReplyEnd.CutChunks, Tag, $"1\t2\n\r\n__exception__\r\n{Tag}\r\n{ErrorText}{ErrorText.Length} {Tag}\r\n__exception__\r\n" },
        { ReplyEnd.Whole, Tag, $"1\t2\n\r\n__exception__\r\n{Tag}\r\n{ErrorText}{ErrorText.Length} {Tag}\r\n__exception__\r\n" },
        { ReplyEnd.CutChunks, Tag, $"1\t2\n\r\n__exception__\r\n{Tag}\r\n{ErrorText}" },
        { ReplyEnd.CutChunks, null, $"1\t2\n__exception__\r\n{ErrorText}" },
        { ReplyEnd.WholeChunks, null, $"1\t2\n{ErrorText}" },
        { ReplyEnd.WholeChunks, null, new string('x', 100_000) + ErrorText },
    };

    [Theory]
    [MemberData(nameof(ErrorsBehindRows))]
    public async Task An_error_behind_the_first_rows_is_an_error(ReplyEnd end, string? tag, string body)
    {
        _server.Answer = _ => tag is null ? Reply.Ending(end, body) : Reply.Ending(end, body).With("X-ClickHouse-Exception-Tag", tag);
        await using var clickHouse = Servers.Open(_server);
        var e = await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.QueryAsync("SELECT 1", "TSV"));
        Assert.Equal((395, "Value passed to 'throwIf' function is non-zero. (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO)"), (e.Code, e.Message));
    }

    [Theory]
    [InlineData(Tag, "\r\n__exception__\r\nANOTHER8901234567\r\nCode: 395. DB::Exception: x. (X) (version 1)\n")]
    [InlineData(null, "{\"raw\":\"Code: 395. DB::Exception: x. (X) (version 24.8.1.1)\\n\"}\n")]
    [InlineData(null, "Code: 395. DB::Exception: x. (X) (version 24.8.1.1)")]
    [InlineData(null, "a (version 1)\n")]
    [InlineData(null, "__exception__\r\nCode")]
    public async Task What_only_looks_like_an_error_is_an_answer(string? tag, string body)
    {
        _server.Answer = _ => tag is null ? Reply.Ok(body) : Reply.Ok(body).With("X-ClickHouse-Exception-Tag", tag);
        await using var clickHouse = Servers.Open(_server);
        Assert.Equal(body, Encoding.UTF8.GetString(await clickHouse.QueryAsync("SELECT 1", "TSV")));
    }

    [Theory]
    [InlineData(ReplyEnd.CutLength, "")]
    [InlineData(ReplyEnd.CutLength, "1\n2\n")]
    [InlineData(ReplyEnd.CutChunks, "1\n2\n")]
    public async Task An_answer_that_breaks_off_is_never_a_shorter_one(ReplyEnd end, string body)
    {
        _server.Answer = _ => Reply.Ending(end, body);
        await using var clickHouse = Servers.Open(_server);
        var query = await Assert.ThrowsAsync<ClickHouseAwayException>(() => clickHouse.QueryAsync("SELECT 1", "TSV"));
        Assert.False(query.IsOutcomeUnknown);
        Assert.True((await Assert.ThrowsAsync<ClickHouseAwayException>(() => clickHouse.InsertAsync(Servers.Block()))).IsOutcomeUnknown);
        Assert.True((await Assert.ThrowsAsync<ClickHouseAwayException>(() => clickHouse.ExecuteAsync("DROP TABLE t"))).IsOutcomeUnknown);
    }

    [Fact]
    public async Task A_packed_answer_that_is_cut_at_any_byte_is_an_error()
    {
        await using var clickHouse = Servers.Open(Servers.Options(_server) with { Compression = "On" });
        var whole = Reply.Ok("1\n2\n3\n").InGzip();
        for (var length = 1; length < whole.Body.Length; length++)
        {
            _server.Answer = _ => Reply.Ok("1\n2\n3\n").InGzip(length);
            await Assert.ThrowsAsync<ClickHouseAwayException>(() => clickHouse.QueryAsync("SELECT 1", "TSV"));
        }

        _server.Answer = _ => whole;
        Assert.Equal("1\n2\n3\n", Encoding.UTF8.GetString(await clickHouse.QueryAsync("SELECT 1", "TSV")));
    }

    [Fact]
    public async Task Nothing_has_happened_where_nobody_takes_the_connection()
    {
        await using var clickHouse = Servers.Open(Servers.Options() with { Url = FaultyServer.UrlOfNobody() });
        foreach (var run in new Func<Task>[] { () => clickHouse.QueryAsync("SELECT 1", "TSV"), () => clickHouse.ExecuteAsync("DROP TABLE t"), () => clickHouse.InsertAsync(Servers.Block()) })
        {
            var e = await Assert.ThrowsAsync<ClickHouseAwayException>(run);
            Assert.False(e.IsOutcomeUnknown);
            Assert.Contains("http://127.0.0.1:", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_connection_that_breaks_before_an_answer_leaves_a_change_unknown_and_a_query_not()
    {
        _server.Answer = _ => Reply.Ending(ReplyEnd.Reset);
        await using var clickHouse = Servers.Open(_server);
        Assert.True((await Assert.ThrowsAsync<ClickHouseAwayException>(() => clickHouse.InsertAsync(Servers.Block(bytes: 1_000_000)))).IsOutcomeUnknown);
        Assert.True((await Assert.ThrowsAsync<ClickHouseAwayException>(() => clickHouse.ExecuteAsync("DROP TABLE t"))).IsOutcomeUnknown);
        Assert.False((await Assert.ThrowsAsync<ClickHouseAwayException>(() => clickHouse.QueryAsync("SELECT 1", "TSV"))).IsOutcomeUnknown);
        Assert.Equal(3, _server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_in_time_leaves_a_change_unknown()
    {
        var time = new ManualTime();
        _server.Answer = _ => Reply.Ending(ReplyEnd.Never);
        var options = Servers.Options(_server) with { StatementSecondsMax = 100, QuerySecondsMax = 10 };
        await using var clickHouse = Servers.Open(options, time);
        var insert = clickHouse.InsertAsync(Servers.Block());
        await Eventually.TrueAsync(() => _server.Requests.Count == 1, "no insert");
        time.Advance(TimeSpan.FromSeconds(99));
        Assert.False(insert.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        var e = await Assert.ThrowsAsync<ClickHouseAwayException>(() => insert.WithinDeadline());
        Assert.Equal((true, true), (e.IsOutcomeUnknown, e.HasTimedOut));
        Assert.Contains("100 s", e.Message, StringComparison.Ordinal);

        // A user's query has its own time, and some more for the server to say so itself.
        var query = clickHouse.QueryReadOnlyAsync("SELECT 1", "TSV");
        await Eventually.TrueAsync(() => _server.Requests.Count == 2, "no query");
        time.Advance(TimeSpan.FromSeconds(40));
        Assert.False((await Assert.ThrowsAsync<ClickHouseAwayException>(() => query.WithinDeadline())).IsOutcomeUnknown);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Who_is_not_let_in_is_told_with_the_user_and_never_the_password(int status)
    {
        await using var clickHouse = Servers.Open(Servers.Options(_server) with { User = "writer" });
        _server.Answer = _ => new Reply(status, "denied"u8.ToArray());
        var bare = await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.InsertAsync(Servers.Block()));
        _server.Answer = _ => Reply.Error(516, "AUTHENTICATION_FAILED", "writer: Authentication failed", status);
        var told = await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.InsertAsync(Servers.Block()));
        foreach (var e in new[] { bare, told })
        {
            Assert.False(e.IsOutcomeUnknown);
            Assert.Contains("user 'writer'", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", e.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_proxy_without_a_server_is_away_and_may_have_passed_an_insert_on(int status)
    {
        _server.Answer = _ => new Reply(status, "<html>no upstream</html>"u8.ToArray());
        await using var clickHouse = Servers.Open(_server);
        Assert.True((await Assert.ThrowsAsync<ClickHouseAwayException>(() => clickHouse.InsertAsync(Servers.Block()))).IsOutcomeUnknown);
        var e = await Assert.ThrowsAsync<ClickHouseAwayException>(() => clickHouse.QueryAsync("SELECT 1", "TSV"));
        Assert.False(e.IsOutcomeUnknown);
        Assert.Contains($"answered {status}: <html>no upstream", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, false)]
    [InlineData(500, true)]
    [InlineData(302, false)]
    public async Task An_answer_that_is_not_of_ClickHouse_is_told_as_it_is(int status, bool isUnknown)
    {
        _server.Answer = _ => new Reply(status, Encoding.UTF8.GetBytes(new string('y', 10_000)));
        await using var clickHouse = Servers.Open(_server);
        var e = await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.InsertAsync(Servers.Block()));
        Assert.Equal((0, isUnknown), (e.Code, e.IsOutcomeUnknown));
        Assert.True(e.Message.Length < 500, e.Message);
    }

    [Theory]
    [InlineData("{\"written_rows\":\"3\"}", false)]
    [InlineData("{\"written_rows\":\"5\"}", false)]
    [InlineData("{\"written_rows\":\"2\"}", true)]
    [InlineData("{\"written_rows\":\"0\"}", true)]
    [InlineData("{\"read_rows\":\"0\"}", false)]
    [InlineData("no json", false)]
    [InlineData("[]", false)]
    public async Task A_server_that_says_it_wrote_fewer_rows_leaves_the_insert_unknown(string summary, bool isUnknown)
    {
        _server.Answer = _ => Reply.Ok().With("X-ClickHouse-Summary", summary);
        await using var clickHouse = Servers.Open(_server);
        var e = await Record.ExceptionAsync(() => clickHouse.InsertAsync(Servers.Block(rows: 3)));
        Assert.Equal(isUnknown, e is ClickHouseException { IsOutcomeUnknown: true });
        Assert.Equal(isUnknown, e is not null);
    }

    [Fact]
    public async Task An_answer_to_a_user_is_not_read_beyond_its_limit()
    {
        await using var clickHouse = Servers.Open(Servers.Options(_server) with { QueryBytesMax = 100_000 });
        _server.Answer = _ => Reply.Ok(new string('x', 100_000));
        Assert.Equal(100_000, (await clickHouse.QueryReadOnlyAsync("SELECT 1", "TSV")).Length);
        _server.Answer = _ => Reply.Ok(new string('x', 100_001));
        Assert.Equal(396, (await Assert.ThrowsAsync<ClickHouseException>(() => clickHouse.QueryReadOnlyAsync("SELECT 1", "TSV"))).Code);
        Assert.Equal(100_001, (await clickHouse.QueryAsync("SELECT 1", "TSV")).Length);
    }
}
