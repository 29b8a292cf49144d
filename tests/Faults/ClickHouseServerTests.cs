// Goal: with the tables on a server, whatever happens to it, to the connections, or to the silo, every accepted event is in its table exactly once afterwards, and live state
// says the same.
using System.Net;
using Analytics.Tests.Audit;
using Analytics.Tests.ClickHouse.Http;
using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.Faults;

[Collection("Faults")]
public sealed class ClickHouseServerTests
{
    private const int Kills = 4;
    private const int Cuts = 50;

    private readonly string _url = FaultyServer.UrlOfNobody();

    private string[] ServerSettings => [.. ServedClickHouse.SettingsOf(_url), .. SiloReader.Settings];

    [Fact]
    public async Task A_server_that_is_killed_again_and_again_loses_and_doubles_nothing()
    {
        await using var server = await RunningSilo.StartNewAsync(ServerSettings);
        await using var run = await FaultRun.StartAsync(settings: ServedClickHouse.SettingsOfClient(_url));
        for (var i = 0; i < Kills; i++)
        {
            await run.Load.DeliverAsync(60);
            await server.KillAsync();

            // The collector still takes events.
            await run.Load.DeliverAsync(60);
            await server.StartAsync();
        }

        await run.Load.DeliverAsync(60);
        await run.CheckAsync();
    }

    [Fact]
    public async Task Connections_that_break_amid_statements_and_answers_lose_and_double_nothing()
    {
        await using var server = await RunningSilo.StartNewAsync(ServerSettings);
        await using var proxy = new CuttingProxy(_url, FaultSettings.Seed);
        await using var run = await FaultRun.StartAsync(settings: ServedClickHouse.SettingsOfClient(proxy.Url));
        proxy.IsCutting = true;
        await run.Load.DeliverAsync(200);
        await Eventually.IsTrueAsync(() => Task.FromResult(proxy.CutCount > Cuts), TimeSpan.FromMinutes(2), () => $"{proxy.CutCount} connections were cut\n{run.Silo.Output}");
        proxy.IsCutting = false;
        await run.CheckAsync();
    }

    [Fact]
    public async Task A_silo_starts_without_its_server_and_takes_events_that_reach_their_tables_when_it_is_there()
    {
        await using var server = await RunningSilo.StartNewAsync(ServerSettings);
        await using var run = await FaultRun.StartAsync(settings: ServedClickHouse.SettingsOfClient(_url));
        await run.Load.DeliverAsync(60);
        await run.Silo.KillAsync();
        await server.KillAsync();
        run.Silo.Launch();
        await run.Load.DeliverAsync(60);
        using (var answer = await run.Silo.Http.GetAsync(new Uri("/readyz", UriKind.Relative)))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Contains("clickhouse: ClickHouse at " + _url, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        var health = await run.Silo.GetAsync("/healthz");
        Assert.Equal("""["clickhouse","inserts"]""", health.GetProperty("ill").GetRawText());
        Assert.Equal("ok", health.GetProperty("parts").GetProperty("log").GetProperty("status").GetString());
        Assert.Equal("live", (await run.Silo.GetAsync("/livez")).GetProperty("status").GetString());
        Assert.Equal("started", (await run.Silo.GetAsync("/startupz")).GetProperty("status").GetString());
        using (var answer = await run.Silo.Http.GetAsync(new Uri("/v1/projects", UriKind.Relative)))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Contains("engine_unavailable", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Contains("The start goes on without ClickHouse", run.Silo.Output, StringComparison.Ordinal);
        await server.StartAsync();
        await run.Silo.WaitUntilReadyAsync();
        await run.CheckAsync();
        Assert.Equal(0, (await run.Silo.GetAsync("/healthz")).GetProperty("ill").GetArrayLength());
    }

    [Fact]
    public async Task A_first_start_waits_for_the_server()
    {
        await using var silo = RunningSilo.Prepare(ServedClickHouse.SettingsOfClient(_url));
        silo.Launch();
        await Eventually.TrueAsync(() => silo.Output.Contains("The start waits for ClickHouse: ", StringComparison.Ordinal), () => silo.Output);
        await using var server = await RunningSilo.StartNewAsync(ServerSettings);
        await silo.WaitUntilReadyAsync();
        Assert.DoesNotContain("owner's: password", silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_is_gone_stops_the_start_in_words_about_the_server()
    {
        await using var server = await RunningSilo.StartNewAsync(ServerSettings);
        await using var first = await RunningSilo.StartNewAsync(ServedClickHouse.SettingsOfClient(_url));
        await first.PostAsync("/v1/events", new StringContent("""{"project":"shop","metric":"purchase","fields":{"n":1}}"""));
        await Eventually.IsTrueAsync(
            async () => (await first.QueryAsync("SELECT toString(count()) AS n FROM analytics.metrics"))[0].AsLong("n") == 1, TimeSpan.FromSeconds(30), () => first.Output);
        await first.StopAsync();
        await using var other = RunningSilo.Prepare(ServedClickHouse.SettingsOfClient(_url));
        var (exitCode, output) = await other.StartAndFailAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains($"and the tables at {_url} hold rows from it", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_audit_finds_everything_there_while_the_silo_runs_and_when_it_has_stopped()
    {
        await using var server = await RunningSilo.StartNewAsync(ServerSettings);
        await using var silo = await RunningSilo.StartNewAsync(ServedClickHouse.SettingsOfClient(_url));

        // The second time they are repeats: looked for in the table by their ids, some of which are long.
        var events = string.Join('\n', Enumerable.Range(0, 2000).Select(i => $$$"""{"project":"shop","metric":"purchase","id":"{{{i}}}{{{new string('x', 100)}}}","fields":{"n":{{{i}}}}}"""));
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(HttpStatusCode.Accepted, (await silo.PostAsync("/v1/events", new StringContent(events))).Status);
        }

        await Eventually.IsTrueAsync(
            async () => await silo.MetricAsync("analytics_log_committed_offset") == await silo.MetricAsync("analytics_log_end_offset"), TimeSpan.FromSeconds(30), () => silo.Output);
        var settings = ServedClickHouse.SettingsOfClient(_url);
        var running = await AuditProcess.RunAsync(silo, settings);
        Assert.True(running.ExitCode == 0, running.Output + running.Error);
        await silo.StopAsync();
        var stopped = await AuditProcess.RunAsync(silo, settings);
        Assert.True(stopped.ExitCode == 0, stopped.Output + stopped.Error);
        Assert.Contains("Everything is there, once: 4,000 events", stopped.Output, StringComparison.Ordinal);

        await server.KillAsync();
        var away = await AuditProcess.RunAsync(silo, settings);
        Assert.Equal(2, away.ExitCode);
        Assert.Contains($"ClickHouse at {_url} cannot be reached", away.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_stops_the_start_in_words()
    {
        await using var server = await RunningSilo.StartNewAsync(ServerSettings);
        await using var silo = RunningSilo.Prepare([.. ServedClickHouse.SettingsOfClient(_url), "--Analytics:ClickHouse:Password=guessed"]);
        var (exitCode, output) = await silo.StartAndFailAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains("does not let user 'owner' in", output, StringComparison.Ordinal);
        Assert.DoesNotContain("guessed", output, StringComparison.Ordinal);
    }
}
