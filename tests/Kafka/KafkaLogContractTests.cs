// Goal: the log in Kafka keeps the contract of every log, with a real broker.
using Analytics.Silo.Log;
using Analytics.Tests.Log;
using Xunit;

namespace Analytics.Tests.Kafka;

[Collection(KafkaBrokerCollection.Name)]
public sealed class KafkaLogContractTests(KafkaBrokerFixture fixture) : EventLogContract
{
    private readonly MemoryTopicStore _store = new();
    private string? _topic;

    // Kafka 0.9 has no timestamps.
    protected override bool KeepsTimes => false;

    protected override async Task<IEventLog> OpenAsync(int partitions)
    {
        _topic ??= await fixture.CreateTopicAsync(partitions, new Dictionary<string, string> { ["max.message.bytes"] = "2000000" });
        return await KafkaLogs.OpenAsync(fixture.Broker.Options(_topic, group: _topic), _store);
    }
}
