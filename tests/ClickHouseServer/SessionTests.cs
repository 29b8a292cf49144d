// Goal: a session keeps settings and temporary tables for its user alone, for one request at a time, until its time is over; nothing of it, and nothing of
// requests without one, is seen elsewhere.
using System.Net;
using Analytics.Grains.Configuration;
using Xunit;

namespace Analytics.Tests.ClickHouseServer;

public sealed class SessionTests(ServedFixture fixture) : IClassFixture<ServedFixture>
{
    private TestServer Server => fixture.Server;

    [Fact]
    public async Task Temporary_tables_settings_and_the_database_live_in_the_session()
    {
        (await Server.PostAsync("CREATE TEMPORARY TABLE x (a Int8)", "session_id=s1")).MustBe(string.Empty);
        Assert.Equal(2, (await Server.InsertAsync("INSERT INTO x FORMAT TSV", "1\n2\n"u8.ToArray(), "session_id=s1")).Summary("written_rows"));
        (await Server.PostAsync("SET max_threads = 7", "session_id=s1")).MustBe(string.Empty);
        (await Server.PostAsync("USE system", "session_id=s1")).MustBe(string.Empty);
        (await Server.PostAsync("SELECT sum(a), getSetting('max_threads'), currentDatabase() FROM x", "session_id=s1&session_check=1")).MustBe("3\t7\tsystem\n");

        (await Server.PostAsync("SELECT * FROM x", "session_id=s2")).MustFail(HttpStatusCode.NotFound, 60, "UNKNOWN_TABLE");
        (await Server.PostAsync("SELECT * FROM x")).MustFail(HttpStatusCode.NotFound, 60, "UNKNOWN_TABLE");
        Assert.Equal("default\n", (await Server.PostAsync("SELECT currentDatabase()")).Text);
        (await Server.PostAsync("SELECT 1", "session_id=s1&close_session=1")).MustBe("1\n");
        (await Server.PostAsync("SELECT * FROM x", "session_id=s1")).MustFail(HttpStatusCode.NotFound, 60, "UNKNOWN_TABLE");
    }

    [Fact]
    public async Task Settings_and_database_of_a_request_are_not_the_sessions()
    {
        (await Server.PostAsync("SET max_threads = 7, max_block_size = 1000", "session_id=s3")).MustBe(string.Empty);
        const string Sql = "SELECT getSetting('max_threads'), getSetting('max_block_size'), getSetting('extremes'), currentDatabase() FORMAT TSV";
        const string Own = "7\t1000\tfalse\tdefault\n";
        (await Server.PostAsync(Sql, "session_id=s3")).MustBe(Own);
        (await Server.PostAsync(Sql, "session_id=s3&max_threads=3&prefer_localhost_replica=0&database=system")).MustBe("3\t1000\tfalse\tsystem\n");
        (await Server.PostAsync(Sql, "session_id=s3")).MustBe(Own);
        (await Server.PostAsync("SELECT throwIf(1)", "session_id=s3&max_threads=3&format_csv_delimiter=%09&database=system"))
            .MustFail(HttpStatusCode.InternalServerError, 395, "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO");
        (await Server.PostAsync(Sql, "session_id=s3")).MustBe(Own);
        (await Server.PostAsync(Sql, "session_id=s3&no_such_setting=1")).MustFail(HttpStatusCode.NotFound, 115, "UNKNOWN_SETTING");
        (await Server.PostAsync(Sql, "session_id=s3")).MustBe(Own);
    }

    [Fact]
    public async Task Requests_without_a_session_leave_nothing_behind()
    {
        for (var i = 0; i < 10; i++)
        {
            (await Server.PostAsync("CREATE TEMPORARY TABLE y (a Int8)")).MustBe(string.Empty);
            (await Server.PostAsync("SET max_threads = 9")).MustBe(string.Empty);
            (await Server.PostAsync("USE system")).MustBe(string.Empty);
            Assert.NotEqual("9\n", (await Server.PostAsync("SELECT getSetting('max_threads')")).Text);
            (await Server.PostAsync("SELECT currentDatabase()")).MustBe("default\n");
            (await Server.PostAsync("SELECT * FROM y")).MustFail(HttpStatusCode.NotFound, 60, "UNKNOWN_TABLE");
        }
    }

    [Fact]
    public async Task One_request_has_a_session_at_a_time()
    {
        var slow = Server.PostAsync("SELECT sleep(1.5)", "session_id=s4");
        await Eventually.IsTrueAsync(
            async () => (await Server.PostAsync("SELECT 1", "session_id=s4&session_check=1")).Header("Exception-Code") == "373", TimeSpan.FromSeconds(10), () => "not locked");
        var answer = await Server.PostAsync("SELECT 1", "session_id=s4");
        if (!slow.IsCompleted)
        {
            answer.MustFail(HttpStatusCode.InternalServerError, 373, "SESSION_IS_LOCKED");
        }

        (await slow).MustBe("0\n");
        (await Server.PostAsync("SELECT 1", "session_id=s4")).MustBe("1\n");
    }

    [Fact]
    public async Task Sessions_of_different_users_never_meet()
    {
        (await Server.PostAsync("CREATE TEMPORARY TABLE z (a Int8)", "session_id=same")).MustBe(string.Empty);
        (await Server.ReadAsync("SELECT * FROM z", "session_id=same")).MustFail(HttpStatusCode.NotFound, 60, "UNKNOWN_TABLE");
        (await Server.PostAsync("SELECT count() FROM z", "session_id=same")).MustBe("0\n");
    }

    [Theory]
    [InlineData("session_timeout=x", 374, "INVALID_SESSION_TIMEOUT")]
    [InlineData("session_timeout=-1", 374, "INVALID_SESSION_TIMEOUT")]
    [InlineData("session_timeout=3601", 374, "INVALID_SESSION_TIMEOUT")]
    [InlineData("session_check=1", 372, "SESSION_NOT_FOUND")]
    public async Task What_cannot_be_a_session_is_refused(string parameters, int code, string name) =>
        (await Server.PostAsync("SELECT 1", "session_id=never&" + parameters)).MustFail(HttpStatusCode.InternalServerError, code, name);

    [Fact]
    public async Task A_session_ends_when_nobody_comes_for_so_long()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(fixture.Engine, TestServer.Options, time);
        (await server.PostAsync("SELECT 1", "session_id=a")).MustBe("1\n");
        (await server.PostAsync("SELECT 1", "session_id=b&session_timeout=3600")).MustBe("1\n");
        time.Advance(TimeSpan.FromSeconds(59));
        (await server.PostAsync("SELECT 1", "session_id=a&session_check=1")).MustBe("1\n");
        time.Advance(TimeSpan.FromSeconds(59));
        (await server.PostAsync("SELECT 1", "session_id=a&session_check=1&session_timeout=5")).MustBe("1\n");
        time.Advance(TimeSpan.FromSeconds(6));
        (await server.PostAsync("SELECT 1", "session_id=a&session_check=1")).MustFail(HttpStatusCode.InternalServerError, 372, "SESSION_NOT_FOUND");
        (await server.PostAsync("SELECT 1", "session_id=b&session_check=1&session_timeout=0")).MustBe("1\n");
        (await server.PostAsync("SELECT 1", "session_id=b&session_check=1")).MustFail(HttpStatusCode.InternalServerError, 372, "SESSION_NOT_FOUND");
    }

    [Fact]
    public async Task There_are_so_many_sessions_at_once_and_no_more()
    {
        ClickHouseOptions options = TestServer.Options with { ServeSessionsMax = 2 };
        await using var server = await TestServer.StartAsync(fixture.Engine, options);
        (await server.PostAsync("SELECT 1", "session_id=a")).MustBe("1\n");
        (await server.ReadAsync("SELECT 1", "session_id=a")).MustBe("1\n");
        var answer = (await server.PostAsync("SELECT 1", "session_id=b")).MustFail(HttpStatusCode.InternalServerError, 202, "TOO_MANY_SIMULTANEOUS_QUERIES");
        Assert.Contains("ServeSessionsMax", answer.Text, StringComparison.Ordinal);
        (await server.PostAsync("SELECT 1", "session_id=a&close_session=1")).MustBe("1\n");
        (await server.PostAsync("SELECT 1", "session_id=b")).MustBe("1\n");
    }
}
