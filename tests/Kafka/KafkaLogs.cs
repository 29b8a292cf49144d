using Analytics.Silo.Log.Kafka;
using Analytics.Silo.Log.Kafka.Topics;
using Analytics.Tests.Log;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Analytics.Tests.Kafka;

/// <summary>Opens logs in Kafka.</summary>
internal static class KafkaLogs
{
    /// <summary>Bytes of the largest record.</summary>
    public const int RecordBytesMax = 2 * 1024 * 1024;

    /// <summary>Settings of a log in the pretended cluster.</summary>
    public static KafkaOptions Options(this MockCluster cluster, string topic = "events") => new()
    {
        BootstrapServers = cluster.BootstrapServers,
        Topic = topic,
        Properties = new Dictionary<string, string> { ["fetch.wait.max.ms"] = "20" },
    };

    /// <summary>Settings of a log in the real broker.</summary>
    public static KafkaOptions Options(this KafkaBroker broker, string topic, string group = "analytics") =>
        new() { BootstrapServers = broker.BootstrapServers, Topic = topic, Group = group, Properties = broker.ClientProperties };

    /// <summary>Whether everything in the log is committed, as any tool would see it.</summary>
    public static async Task<bool> IsDrainedAsync(KafkaOptions options)
    {
        await using var log = await OpenAsync(options);
        foreach (var partition in log.Partitions)
        {
            if (await log.ReadCommittedAsync(partition) != await log.ReadEndAsync(partition))
            {
                return false;
            }
        }

        return log.Partitions.Count > 0;
    }

    /// <summary>Opens a log.</summary>
    public static Task<KafkaEventLog> OpenAsync(
        KafkaOptions options, ITopicStore? store = null, int partitions = 4, TimeProvider? time = null, ILogger<KafkaEventLog>? logger = null) =>
        KafkaEventLog.OpenAsync(
            options, partitions, RecordBytesMax, store ?? new MemoryTopicStore(), logger ?? NullLogger<KafkaEventLog>.Instance, time ?? TimeProvider.System, Deadline.Token());

    /// <summary>Opens a log to look at it.</summary>
    public static Task<KafkaEventLog> OpenReadOnlyAsync(KafkaOptions options, ITopicStore store) =>
        KafkaEventLog.OpenReadOnlyAsync(options, store, NullLogger<KafkaEventLog>.Instance, TimeProvider.System, Deadline.Token());
}
