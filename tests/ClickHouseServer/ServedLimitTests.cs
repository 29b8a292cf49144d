// Goal: what the server holds is limited: bodies, one and all of them, requests at once; each limit is met exactly and told by its setting's name, and the
// product's own statements go on meanwhile.
using System.IO.Compression;
using System.Net;
using System.Text;
using Analytics.Tests.ClickHouse;
using Xunit;

namespace Analytics.Tests.ClickHouseServer;

public sealed class ServedLimitTests(EngineFixture engine)
{
    private const int BodyBytesMax = 64 * 1024;

    [Fact]
    public async Task A_body_may_have_so_many_bytes_compressed_or_not()
    {
        await using var server = await TestServer.StartAsync(engine, TestServer.Options with { ServeBodyBytesMax = BodyBytesMax, ServeBodiesBytesMax = 1024 * 1024 });
        var table = await TableAsync();
        var query = $"INSERT INTO {table} FORMAT LineAsString";
        var largest = Encoding.ASCII.GetBytes(new string('x', BodyBytesMax));
        Assert.Equal(1, (await server.InsertAsync(query, largest)).MustBe(string.Empty).Summary("written_rows"));
        (await server.InsertAsync(query, Gzip(largest), "", ("Content-Encoding", "gzip"))).MustBe(string.Empty);

        byte[] larger = [.. largest, (byte)'x'];
        var answer = (await server.InsertAsync(query, larger)).MustFail(HttpStatusCode.RequestEntityTooLarge, 229, "QUERY_IS_TOO_LARGE");
        Assert.Contains("ServeBodyBytesMax", answer.Text, StringComparison.Ordinal);
        (await server.InsertAsync(query, Gzip(larger), "", ("Content-Encoding", "gzip"))).MustFail(HttpStatusCode.RequestEntityTooLarge, 229, "QUERY_IS_TOO_LARGE");
        Assert.Equal("2", await engine.QueryTextAsync($"SELECT count() FROM {table}"));
    }

    [Fact]
    public async Task A_user_who_only_reads_has_less()
    {
        await using var server = await TestServer.StartAsync(engine, TestServer.Options with { ServeQueryBytesMax = 1024 });
        var padding = new string(' ', 16 * 1024);
        (await server.ReadAsync(padding)).MustFail(HttpStatusCode.BadRequest, 62, "SYNTAX_ERROR");
        (await server.ReadAsync(padding + " ")).MustFail(HttpStatusCode.RequestEntityTooLarge, 229, "QUERY_IS_TOO_LARGE");
        (await server.PostAsync(padding + " ")).MustFail(HttpStatusCode.BadRequest, 62, "SYNTAX_ERROR");
    }

    [Fact]
    public async Task All_bodies_together_may_have_so_many_bytes()
    {
        await using var server = await TestServer.StartAsync(
            engine, TestServer.Options with { ServeBodyBytesMax = BodyBytesMax, ServeBodiesBytesMax = BodyBytesMax + 1024, ServeConnections = 2 });
        var answers = await Task.WhenAll(AskAsync(), AskAsync());
        Assert.Single(answers, answer => answer.Status == 200);
        var refused = answers.Single(answer => answer.Status != 200).MustFail(HttpStatusCode.InternalServerError, 241, "MEMORY_LIMIT_EXCEEDED");
        Assert.Contains("ServeBodiesBytesMax", refused.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await AskAsync()).Status);

        Task<ServedAnswer> AskAsync() => server.InsertAsync("SELECT sleep(1.5), length('", [.. new byte[BodyBytesMax - 100].Select(_ => (byte)'x'), .. "')"u8]);
    }

    [Fact]
    public async Task So_many_requests_may_run_and_wait()
    {
        await using var server = await TestServer.StartAsync(engine, TestServer.Options with { ServeRequestsMax = 2, ServeConnections = 1 });
        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => server.PostAsync("SELECT sleep(1)")));
        Assert.Equal(2, answers.Count(answer => answer.Text == "0\n"));
        var refused = answers.Single(answer => answer.Status != 200).MustFail(HttpStatusCode.InternalServerError, 202, "TOO_MANY_SIMULTANEOUS_QUERIES");
        Assert.Contains("ServeRequestsMax", refused.Text, StringComparison.Ordinal);
        (await server.PostAsync("SELECT 1")).MustBe("1\n");
    }

    [Fact]
    public async Task Served_statements_do_not_hold_up_the_products_own()
    {
        await using var server = await TestServer.StartAsync(engine, TestServer.Options with { ServeConnections = 8 });
        var slow = Enumerable.Range(0, 8).Select(_ => server.PostAsync("SELECT sleep(2)")).ToArray();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("1", await engine.QueryTextAsync("SELECT 1"));
        }

        Assert.DoesNotContain(slow, answer => answer.IsCompleted);
        foreach (var answer in slow)
        {
            (await answer).MustBe("0\n");
        }
    }

    [Fact]
    public async Task A_server_that_stops_takes_no_more_and_can_be_started_again()
    {
        for (var i = 0; i < 3; i++)
        {
            var server = await TestServer.StartAsync(engine);
            (await server.PostAsync("CREATE TEMPORARY TABLE x (a Int8)", "session_id=a")).MustBe(string.Empty);
            (await server.ReadAsync("SELECT 1")).MustBe("1\n");
            await server.DisposeAsync();
        }

        Assert.Equal("1", await engine.QueryTextAsync("SELECT 1"));
    }

    private async Task<string> TableAsync()
    {
        var table = await engine.NewDatabaseAsync() + ".t";
        await (await engine.OpenAsync()).ExecuteAsync($"CREATE TABLE {table} (s String) ENGINE = MergeTree ORDER BY tuple()");
        return table;
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var stream = new GZipStream(output, CompressionLevel.Fastest))
        {
            stream.Write(bytes);
        }

        return output.ToArray();
    }
}
