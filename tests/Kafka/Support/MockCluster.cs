using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using Xunit;

namespace Analytics.Tests.Kafka;

/// <summary>
/// librdkafka's pretended cluster of several brokers, in this process, on ports of 127.0.0.1: today's protocol with headers, timestamps, idempotent
/// producers and transactions, and faults at will. Starts within 10 ms. Brokers have the ids 1, 2 …; a topic that nobody has made is made when a
/// client asks for it, with 4 partitions. It keeps everything in memory: of a partition the last 5 MiB and 100,000 messages; what is
/// older goes, so its start moves. It cannot delete topics or records, and is not made for measuring.
/// </summary>
internal sealed class MockCluster : IDisposable
{
    private const int ErrorTextSize = 512;

    private readonly nint _client;
    private readonly nint _cluster;

    /// <summary>Starts a cluster.</summary>
    /// <param name="brokerCount">How many brokers.</param>
    public MockCluster(int brokerCount = 3)
    {
        Span<byte> error = stackalloc byte[ErrorTextSize];
        var configuration = MockNative.NewConfiguration();

        // It would complain of the servers that it does not have, and of requests that are no such.
        Assert.Equal(0, MockNative.Set(configuration, "log_level", "0", error, ErrorTextSize));
        _client = MockNative.NewClient(MockNative.Producer, configuration, error, ErrorTextSize);
        Assert.True(_client != 0, Encoding.UTF8.GetString(error[..error.IndexOf((byte)0)]));
        _cluster = MockNative.NewCluster(_client, brokerCount);
        Assert.True(_cluster != 0, "librdkafka could not start its mock cluster.");
        BootstrapServers = Marshal.PtrToStringUTF8(MockNative.Bootstraps(_cluster))!;
    }

    /// <summary>What a client connects to: all brokers, with commas.</summary>
    public string BootstrapServers { get; }

    /// <summary>The port of the first broker; of the only one where there is one.</summary>
    public int Port => int.Parse(BootstrapServers.Split(',')[0].Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Makes a topic.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="partitions">How many partitions.</param>
    /// <param name="replicationFactor">How many brokers have each of them; no more than there are brokers.</param>
    public void CreateTopic(string name, int partitions, int replicationFactor = 1) =>
        Check(MockNative.CreateTopic(_cluster, name, partitions, replicationFactor));

    /// <summary>What metadata says of a topic, until it is set to <see cref="ErrorCode.NoError"/>: clients learn of it when they ask anew.</summary>
    public void SetTopicError(string topic, ErrorCode error) => MockNative.SetTopicError(_cluster, topic, (int)error);

    /// <summary>Moves the leadership of a partition.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="brokerId">The new leader; -1 for none.</param>
    public void SetLeader(string topic, int partition, int brokerId) => Check(MockNative.SetLeader(_cluster, topic, partition, brokerId));

    /// <summary>Sends consumers of a partition to a follower of it.</summary>
    public void SetFollower(string topic, int partition, int brokerId) => Check(MockNative.SetFollower(_cluster, topic, partition, brokerId));

    /// <summary>What a follower has of a partition; -1 for what the leader has.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="low">Its first offset.</param>
    /// <param name="high">The offset behind its last.</param>
    public void SetFollowerWatermarks(string topic, int partition, long low, long high) =>
        Check(MockNative.SetFollowerWatermarks(_cluster, topic, partition, low, high));

    /// <summary>Closes a broker's connections and accepts no new ones; -1 for all. Its partitions keep it as their leader.</summary>
    public void SetDown(int brokerId) => Check(MockNative.SetDown(_cluster, brokerId));

    /// <summary>Lets a broker accept connections again; -1 for all.</summary>
    public void SetUp(int brokerId) => Check(MockNative.SetUp(_cluster, brokerId));

    /// <summary>Delays every answer of a broker; -1 for all.</summary>
    public void SetRoundTrip(int brokerId, int roundTripMs) => Check(MockNative.SetRoundTrip(_cluster, brokerId, roundTripMs));

    /// <summary>Limits the versions of a request that brokers offer; -1 and -1 for not at all. Counts for new connections.</summary>
    public void SetVersions(KafkaRequest request, short versionMin, short versionMax) =>
        Check(MockNative.SetApiVersion(_cluster, (short)request, versionMin, versionMax));

    /// <summary>Makes a broker the coordinator of a consumer group.</summary>
    public void SetGroupCoordinator(string group, int brokerId) => Check(MockNative.SetCoordinator(_cluster, "group", group, brokerId));

    /// <summary>
    /// Lets the next requests of a kind fail, one for each error, whichever broker they go to. <see cref="ErrorCode.NoError"/> lets one pass,
    /// <see cref="ErrorCode.Local_Transport"/> closes the connection instead of an answer. A client that tries again goes through one after the other.
    /// </summary>
    public void FailNext(KafkaRequest request, params ErrorCode[] errors) =>
        MockNative.PushRequestErrors(_cluster, (short)request, (nuint)errors.Length, Array.ConvertAll(errors, error => (int)error));

    /// <summary>Forgets the errors of a kind of request that have not been used up.</summary>
    public void ClearFailures(KafkaRequest request) => MockNative.ClearRequestErrors(_cluster, (short)request);

    /// <inheritdoc />
    public void Dispose()
    {
        MockNative.DestroyCluster(_cluster);
        MockNative.DestroyClient(_client);
    }

    private static void Check(int error) => Assert.Equal(ErrorCode.NoError, (ErrorCode)error);
}
