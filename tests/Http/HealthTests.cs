// Goal: liveness needs nothing, readiness needs every part and names the one that fails.
using Analytics.Grains.ClickHouse;
using Analytics.Silo.Log;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class HealthTests
{
    [Fact]
    public async Task A_working_server_is_live_and_ready()
    {
        await using var server = await HttpTestServer.StartAsync();
        Assert.Equal("""{"status":"live"}""", (await server.GetAsync("/healthz")).Text);
        Assert.Equal(
            """{"status":"ready","checks":{"process":"ok","log":"ok","clickhouse":"ok"}}""", (await server.GetAsync("/readyz")).Text);
    }

    [Fact]
    public async Task A_damaged_place_of_the_log_is_told_and_the_server_stays_ready_for_the_rest()
    {
        var log = new EventLogDouble { Damage = ["Partition 1 cannot be read at offset 7."] };
        await using var server = await HttpTestServer.StartAsync(log: log);
        Assert.Equal(
            """{"status":"ready","checks":{"process":"ok","log":"Partition 1 cannot be read at offset 7.","clickhouse":"ok"}}""",
            (await server.GetAsync("/readyz")).Text);
    }

    [Fact]
    public async Task A_log_or_engine_that_fails_makes_it_not_ready_but_live()
    {
        var log = new EventLogDouble { ReadFailure = new EventLogException("disk gone") };
        await using var server = await HttpTestServer.StartAsync(log: log);
        server.ClickHouse.Answer = _ => throw new ClickHouseException(0, "closed");
        var answer = (await server.GetAsync("/readyz")).MustBeProblem(503, "not_ready");
        Assert.Equal("log: disk gone; clickhouse: closed", answer.Json.GetProperty("detail").GetString());
        Assert.Equal("ok", answer.Json.GetProperty("checks").GetProperty("process").GetString());
        Assert.Equal(200, (await server.GetAsync("/healthz")).Status);
        log.ReadFailure = null;
        server.ClickHouse.Answer = _ => "1\n";
        Assert.Equal(200, (await server.GetAsync("/readyz")).Status);
    }
}
