// Goal: liveness needs nothing, readiness needs every part and names the one that fails, health names every part and never fails itself.
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Metrics;
using Analytics.Silo.Http.Health;
using Analytics.Silo.Ingest.Streams;
using Analytics.Silo.Log;
using Analytics.Tests.Log;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class HealthTests
{
    [Fact]
    public async Task A_working_server_is_live_and_ready()
    {
        await using var server = await HttpTestServer.StartAsync();
        Assert.Equal("""{"status":"live"}""", (await server.GetAsync("/livez")).Text);
        Assert.Equal("""{"status":"started"}""", (await server.GetAsync("/startupz")).Text);
        Assert.Equal(
            """{"status":"live","ill":[],"parts":{"process":{"status":"ok"},"log":{"status":"ok"},"clickhouse":{"status":"ok"}}}""", (await server.GetAsync("/healthz")).Text);
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
        var part = (await server.GetAsync("/healthz")).Json.GetProperty("parts").GetProperty("log");
        Assert.Equal(("warning", log.Damage[0]), (part.GetProperty("status").GetString(), part.GetProperty("reason").GetString()));
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
        var health = await server.GetAsync("/healthz");
        Assert.Equal((200, """["log","clickhouse"]"""), (health.Status, health.Json.GetProperty("ill").GetRawText()));
        Assert.Equal("""{"status":"ill","reason":"closed"}""", health.Json.GetProperty("parts").GetProperty("clickhouse").GetRawText());
        Assert.Equal(200, (await server.GetAsync("/livez")).Status);
        Assert.Equal(200, (await server.GetAsync("/startupz")).Status);
        log.ReadFailure = null;
        server.ClickHouse.Answer = _ => "1\n";
        Assert.Equal(200, (await server.GetAsync("/readyz")).Status);
    }

    [Fact]
    public async Task A_silo_that_lags_by_more_than_it_may_is_not_ready()
    {
        using var directory = new TempDirectory();
        await using var log = FileLogs.Open(directory.Path, FileLogs.Small with { Partitions = 2 });
        await log.AppendAllAsync(0, [Records.Text("k", "1"), Records.Text("k", "2"), Records.Text("k", "3")]);
        await log.AppendAllAsync(1, [Records.Text("k", "4")]);
        using var ingest = new IngestInstruments(new HeldMemory(long.MaxValue));
        ingest.Began(0, 0);
        ingest.Began(1, 0);
        await new LagCheck(log, ingest, new HealthOptions { LagRecordsMax = 4 }).CheckAsync(Deadline.Token());
        await new LagCheck(log, ingest, new HealthOptions { LagRecordsMax = 0 }).CheckAsync(Deadline.Token());
        var check = new LagCheck(log, ingest, new HealthOptions { LagRecordsMax = 3 });
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => check.CheckAsync(Deadline.Token()));
        Assert.Equal("4 records of 2 partitions wait to be read, 3 at most (Analytics:Health:LagRecordsMax)", failure.Message);

        // What was decoded, and what another silo reads, does not lag here.
        ingest.Decoded(0, 1, 1, 1, 0);
        await check.CheckAsync(Deadline.Token());
        ingest.Decoded(0, 0, 1, 1, 0);
        ingest.Ended(1);
        await check.CheckAsync(Deadline.Token());
    }

    [Fact]
    public async Task An_insert_of_events_proves_that_inserts_work_and_a_row_is_written_when_there_was_none()
    {
        var time = new ManualTime();
        var clickHouse = new ClickHouseDouble();
        using var inserts = new InsertScheduler(clickHouse, 100, 1, time);
        var check = new WriteCheck(clickHouse, inserts, new HealthOptions { WriteSeconds = 30 }, time);
        await check.CheckAsync(Deadline.Token());
        Assert.Single(clickHouse.Statements, sql => sql.StartsWith("INSERT INTO analytics.state ", StringComparison.Ordinal));
        time.Advance(TimeSpan.FromSeconds(29));
        await check.CheckAsync(Deadline.Token());
        Assert.Single(clickHouse.Statements);
        time.Advance(TimeSpan.FromSeconds(1));
        clickHouse.Failure = new ClickHouseException(243, "no space left");
        Assert.Equal("no space left", (await Assert.ThrowsAsync<ClickHouseException>(() => check.CheckAsync(Deadline.Token()))).Message);
    }
}
