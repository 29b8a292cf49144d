// Goal: the log in Kafka keeps the contract of every log, with today's protocol.
using Analytics.Silo.Log;
using Analytics.Tests.Log;

namespace Analytics.Tests.Kafka;

public sealed class MockKafkaLogContractTests : EventLogContract, IDisposable
{
    private readonly MockCluster _cluster = new();
    private readonly MemoryTopicStore _store = new();
    private bool _isMade;

    public void Dispose() => _cluster.Dispose();

    protected override async Task<IEventLog> OpenAsync(int partitions)
    {
        if (!_isMade)
        {
            _cluster.CreateTopic("events", partitions, replicationFactor: 3);
            _isMade = true;
        }

        return await KafkaLogs.OpenAsync(_cluster.Options(), _store);
    }
}
