using Analytics.Bench.Kafka;
using Analytics.Bench.Stages;
using Analytics.Silo.Log.Kafka;
using Analytics.Tests.Kafka;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Analytics.Bench.Micro;

/// <summary>Step 2, the log in Kafka: a partition from its start to its end on a real broker, connecting included.</summary>
public class KafkaReadBenchmark
{
    private const int Messages = 500_000;

    private KafkaBroker _broker = null!;
    private KafkaEventLog _log = null!;

    /// <summary>Starts a broker and fills a topic.</summary>
    [GlobalSetup]
    public void Open() => OpenAsync().GetAwaiter().GetResult();

    /// <summary>Stops it.</summary>
    [GlobalCleanup]
    public void Close() => CloseAsync().GetAwaiter().GetResult();

    /// <summary>All messages.</summary>
    [Benchmark(OperationsPerInvoke = Messages)]
    public async Task<long> Read()
    {
        var bytes = 0L;
        await using var reader = _log.OpenReader(_log.Partitions[0], 0);
        while (reader.NextOffset < Messages)
        {
            foreach (var entry in await reader.ReadAsync(1 << 20))
            {
                bytes += entry.Record.Value.Length;
            }
        }

        return bytes;
    }

    private async Task OpenAsync()
    {
        _broker = await KafkaBroker.StartAsync();
        var topic = await TopicFiller.FillAsync(_broker, new EventSet(StageMessages.EventBytes, HasEnvelope: false, 1, 1), Messages);
        _log = await KafkaEventLog.OpenAsync(
            new KafkaOptions { BootstrapServers = _broker.BootstrapServers, Topic = topic, Group = topic, Properties = _broker.ClientProperties },
            1, 1 << 20, new MemoryTopicStore(), NullLogger<KafkaEventLog>.Instance, TimeProvider.System, CancellationToken.None);
    }

    private async Task CloseAsync()
    {
        await _log.DisposeAsync();
        await _broker.DisposeAsync();
    }
}
