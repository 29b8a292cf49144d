using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Analytics.Tests.Kafka;

/// <summary>
/// Questions to a broker in the oldest form of Kafka's protocol, apart from every client that is tested: is a topic ready, and where does a
/// partition begin and end. And bytes of a producer that no client would send. A connection each.
/// </summary>
internal static class KafkaWire
{
    private const short ProduceKey = 0;
    private const short OffsetsKey = 2;
    private const short MetadataKey = 3;
    private const long LatestTime = -1;
    private const long EarliestTime = -2;
    private const short UnknownTopic = 3;

    /// <summary>How many partitions of a topic have a leader; 0 when there is no such topic.</summary>
    public static async Task<int> ReadyPartitionsAsync(int port, string topic)
    {
        var answer = await AskAsync(port, MetadataKey, new BigEndianBuffer().Int32(1).ShortText(topic));
        for (var brokers = answer.ReadInt32(); brokers > 0; brokers--)
        {
            answer.ReadInt32();
            answer.ReadShortText();
            answer.ReadInt32();
        }

        var topicCount = answer.ReadInt32();
        var isUnknown = topicCount == 0 || answer.ReadInt16() == UnknownTopic;
        if (isUnknown)
        {
            return 0;
        }

        answer.ReadShortText();
        var ready = 0;
        for (var partitions = answer.ReadInt32(); partitions > 0; partitions--)
        {
            ready += answer.ReadInt16() == 0 ? 1 : 0;
            answer.ReadInt32();
            answer.ReadInt32();
            SkipInt32Array(answer);
            SkipInt32Array(answer);
        }

        return ready;
    }

    /// <summary>The first offset that a partition still has, and the one that its next message gets.</summary>
    public static async Task<(long Start, long End)> OffsetsAsync(int port, string topic, int partition) =>
        (await OffsetAsync(port, topic, partition, EarliestTime), await OffsetAsync(port, topic, partition, LatestTime));

    /// <summary>Whether the broker answers for a partition: metadata may say so a moment earlier.</summary>
    public static async Task<bool> IsLedAsync(int port, string topic, int partition) => (await AskOffsetAsync(port, topic, partition, LatestTime)).Error == 0;

    /// <summary>Sends a record batch as it is to the leader of a partition; a <see cref="MockCluster"/> does not look into it.</summary>
    public static async Task ProduceAsync(int port, string topic, int partition, byte[] batch)
    {
        const short Version = 3;
        const short NoTransaction = -1;
        const short AllReplicas = -1;
        const int TimeoutMs = 5_000;
        var body = new BigEndianBuffer().Int16(NoTransaction).Int16(AllReplicas).Int32(TimeoutMs)
            .Int32(1).ShortText(topic).Int32(1).Int32(partition).Int32(batch.Length).Raw(batch);
        var answer = await AskAsync(port, ProduceKey, body, Version);
        answer.ReadInt32();
        answer.ReadShortText();
        answer.ReadInt32();
        answer.ReadInt32();
        Assert.Equal(0, answer.ReadInt16());
    }

    private static async Task<long> OffsetAsync(int port, string topic, int partition, long time)
    {
        var (error, offset) = await AskOffsetAsync(port, topic, partition, time);
        return error == 0
            ? offset
            : throw new InvalidOperationException($"The broker answered the question for offsets of {topic}/{partition} with error {error}.");
    }

    private static async Task<(short Error, long Offset)> AskOffsetAsync(int port, string topic, int partition, long time)
    {
        const int NoReplica = -1;
        var answer = await AskAsync(
            port,
            OffsetsKey,
            new BigEndianBuffer().Int32(NoReplica).Int32(1).ShortText(topic).Int32(1).Int32(partition).Int64(time).Int32(1));
        answer.ReadInt32();
        answer.ReadShortText();
        answer.ReadInt32();
        answer.ReadInt32();
        var error = answer.ReadInt16();
        return (error, answer.ReadInt32() == 1 ? answer.ReadInt64() : 0);
    }

    private static async Task<BigEndianBuffer> AskAsync(int port, short key, BigEndianBuffer body, short version = 0)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var answer = await new BigEndianBuffer().Int16(key).Int16(version).Int32(1).ShortText("tests").Append(body).ExchangeAsync(client.GetStream());
        answer.ReadInt32();
        return answer;
    }

    private static void SkipInt32Array(BigEndianBuffer answer)
    {
        for (var count = answer.ReadInt32(); count > 0; count--)
        {
            answer.ReadInt32();
        }
    }
}
