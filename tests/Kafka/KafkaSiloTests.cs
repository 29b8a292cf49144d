// Goal: a silo on a real Kafka broker does what one on files does: takes events over HTTP and from other producers, and goes on after stop and kill.
using System.Net;
using System.Text;
using Analytics.Silo.Audit;
using Analytics.Tests.Audit;
using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.Kafka;

[Collection(KafkaBrokerCollection.Name)]
public sealed class KafkaSiloTests(KafkaBrokerFixture fixture)
{
    private KafkaBroker Broker => fixture.Broker;

    [Fact]
    public async Task Events_over_HTTP_and_from_kcat_become_rows_and_the_group_shows_no_lag()
    {
        var topic = await fixture.CreateTopicAsync(partitions: 3);
        await using var silo = await RunningSilo.StartNewAsync(Broker.Options(topic, group: topic).Arguments());
        var (status, _) = await silo.PostAsync("/v1/events", Json("""[{"project":"shop","metric":"sale","fields":{"n":1}},{"project":"shop","metric":"sale","fields":{"n":2}}]"""));
        Assert.Equal(HttpStatusCode.Accepted, status);
        await new Kcat(Broker.BootstrapServers, Broker.ClientProperties).ProduceAsync(topic, """
            {"project":"shop","metric":"sale","fields":{"n":3}}
            not JSON
            [{"project":"shop","metric":"sale","fields":{"n":4}},{"project":"shop","metric":"sale","fields":{"n":5}}]
            """, "-p", "2", "-z", "gzip");
        await silo.UntilTotalAsync("shop", "sale", 5);
        Assert.Equal(15, (await silo.QueryAsync("SELECT sum(n) AS sum FROM shop.sale"))[0].GetProperty("sum").GetInt64());
        await silo.UntilTotalAsync("analytics", "dead_letters", 1);

        await UntilCommittedAsync(topic, silo);
        Assert.Equal(0, await silo.StopAsync());
        await silo.StartAsync();
        Assert.Equal(5, await silo.TotalAsync("shop", "sale"));
        Assert.Equal(0, await silo.MetricAsync("analytics_ingest_messages_total"));
    }

    [Fact]
    public async Task After_a_kill_it_goes_on_where_it_was_and_the_audit_is_clean_running_and_stopped()
    {
        var topic = await fixture.CreateTopicAsync(partitions: 2);
        var arguments = Broker.Options(topic, group: topic).Arguments();
        await using var silo = await RunningSilo.StartNewAsync(arguments);
        for (var i = 0; i < 20; i++)
        {
            await silo.PostAsync("/v1/events", Json($$"""{"project":"shop","metric":"m{{i % 3}}","fields":{"n":{{i}} } }"""));
        }

        await silo.KillAsync();
        await silo.StartAsync();
        await silo.UntilTotalAsync("shop", "m0", 7);
        await silo.UntilTotalAsync("shop", "m1", 7);
        await silo.UntilTotalAsync("shop", "m2", 6);
        var audit = await AuditProcess.RunAsync(silo, arguments);
        Assert.Equal(AuditExit.Clean, audit.ExitCode);
        await silo.StopAsync();
        audit = await AuditProcess.RunAsync(silo, arguments);
        Assert.Equal(AuditExit.Clean, audit.ExitCode);
        Assert.Contains("20 events", audit.Output, StringComparison.Ordinal);
    }

    private Task UntilCommittedAsync(string topic, RunningSilo silo) => Eventually.IsTrueAsync(
        () => KafkaLogs.IsDrainedAsync(Broker.Options(topic, group: topic)), TimeSpan.FromSeconds(30), () => $"{topic} has lag.\n{silo.Output}");

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
