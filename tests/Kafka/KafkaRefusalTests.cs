// Goal: whoever is refused, by a broker or by the client, is told in its own words which setting or broker it was, and no secret is ever shown.
using Analytics.Silo.Log;
using Analytics.Silo.Log.Kafka;
using Analytics.Tests.Log;
using Xunit;

namespace Analytics.Tests.Kafka;

public sealed class KafkaRefusalTests : IDisposable
{
    private const string Secret = "hunter2-and-more";

    private readonly MockCluster _cluster = new(brokerCount: 1);
    private readonly LogLines _lines = new();

    public KafkaRefusalTests() => _cluster.CreateTopic("events", 1);

    public void Dispose() => _cluster.Dispose();

    [Theory]
    [InlineData("no.such.setting", "1", "Analytics:Kafka:Properties:no.such.setting cannot be used: No such configuration property: \"no.such.setting\".")]
    [InlineData("fetch.wait.max.ms", "soon", "Analytics:Kafka:Properties:fetch.wait.max.ms cannot be used: Invalid value for configuration property \"fetch.wait.max.ms\"")]
    [InlineData("security.protocol", "tls", "Analytics:Kafka:Properties:security.protocol cannot be used: Invalid value \"tls\" for configuration property \"security.protocol\"")]
    [InlineData("ssl.ca.location", "/no/such/file", "Analytics:Kafka): ssl.ca.location failed: ")]
    [InlineData("max.in.flight.requests.per.connection", "6", "Analytics:Kafka:Properties): `max.in.flight` must be set")]
    public async Task A_setting_that_the_client_refuses_stops_the_opening_with_its_words(string name, string value, string words)
    {
        var properties = new Dictionary<string, string> { [name] = value };
        if (name.StartsWith("ssl.", StringComparison.Ordinal))
        {
            properties["security.protocol"] = "ssl";
        }

        var refused = await Assert.ThrowsAsync<EventLogException>(() => KafkaLogs.OpenAsync(_cluster.Options() with { Properties = properties }));
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_that_is_not_whole_stops_the_opening()
    {
        var properties = new Dictionary<string, string> { ["security.protocol"] = "sasl_plaintext", ["sasl.mechanisms"] = "SCRAM-SHA-256", ["sasl.password"] = Secret };
        var refused = await Assert.ThrowsAsync<EventLogException>(() => KafkaLogs.OpenAsync(_cluster.Options() with { Properties = properties }));
        Assert.Contains("sasl.username", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ssl", "SSL handshake failed")]
    [InlineData("sasl_plaintext", "SASL")]
    public async Task A_broker_that_does_not_do_what_is_asked_for_is_told_of_in_the_clients_words(string protocol, string words)
    {
        var properties = new Dictionary<string, string>
        {
            ["security.protocol"] = protocol,
            ["sasl.mechanisms"] = "PLAIN",
            ["sasl.username"] = "user",
            ["sasl.password"] = Secret,
            ["debug"] = "security,conf",
        };
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options() with { Properties = properties }, logger: new LogLinesOf<KafkaEventLog>(_lines));
        Assert.Empty(log.Partitions);
        await Eventually.TrueAsync(
            () => log.Damage.Any(line => line.Contains(words, StringComparison.Ordinal)), () => string.Join('\n', log.Damage.Concat(_lines.All.Select(line => line.Message))));
        Assert.All(log.Damage, line => Assert.StartsWith("Kafka ", line, StringComparison.Ordinal));
        AssertNoSecret(log);
    }

    [Fact]
    public async Task A_broker_that_refuses_a_login_is_told_of_in_its_words()
    {
        await using var broker = new RefusingBroker("The password is wrong.");
        var properties = new Dictionary<string, string>
        {
            ["security.protocol"] = "sasl_plaintext",
            ["sasl.mechanisms"] = "PLAIN",
            ["sasl.username"] = "user",
            ["sasl.password"] = Secret,
        };
        await using var log = await KafkaLogs.OpenAsync(
            new KafkaOptions { BootstrapServers = broker.BootstrapServers, Properties = properties }, logger: new LogLinesOf<KafkaEventLog>(_lines));
        await Eventually.TrueAsync(
            () => log.Damage.Any(line => line.Contains("The password is wrong.", StringComparison.Ordinal)),
            () => string.Join('\n', log.Damage.Concat(_lines.All.Select(line => line.Message))));
        AssertNoSecret(log);
    }

    [Theory]
    [InlineData("no-such-host.invalid:9092", "Failed to resolve 'no-such-host.invalid:9092'")]
    [InlineData("127.0.0.1:1", "127.0.0.1:1")]
    public async Task A_broker_that_is_not_there_is_named(string servers, string words)
    {
        await using var log = await KafkaLogs.OpenAsync(new KafkaOptions { BootstrapServers = servers });
        await Eventually.TrueAsync(
            () => log.Damage.Any(line => line.Contains(words, StringComparison.Ordinal)), () => string.Join('\n', log.Damage));
        Assert.StartsWith("Kafka has not been reached yet: ", log.Damage[0], StringComparison.Ordinal);
    }

    private void AssertNoSecret(KafkaEventLog log)
    {
        Assert.NotEmpty(_lines.All);
        Assert.All(_lines.All, line => Assert.DoesNotContain(Secret, line.Message, StringComparison.Ordinal));
        Assert.All(log.Damage, line => Assert.DoesNotContain(Secret, line, StringComparison.Ordinal));
    }
}
