using System.Runtime.InteropServices;

namespace Analytics.Tests.Kafka;

/// <summary>
/// The functions of librdkafka that <see cref="MockCluster"/> needs, as rdkafka_mock.h has them since 2.0. Of functions with variable arguments the
/// forms that take an array: variable ones are passed differently on some processors.
/// </summary>
internal static partial class MockNative
{
    /// <summary><c>RD_KAFKA_PRODUCER</c>.</summary>
    public const int Producer = 0;

    static MockNative() => RdKafkaForTests.Prepare();

    [LibraryImport(RdKafkaForTests.Library, EntryPoint = "rd_kafka_conf_new")]
    public static partial nint NewConfiguration();

    [LibraryImport(RdKafkaForTests.Library, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Set(nint configuration, string name, string value, Span<byte> error, nuint errorSize);

    [LibraryImport(RdKafkaForTests.Library, EntryPoint = "rd_kafka_new")]
    public static partial nint NewClient(int type, nint configuration, Span<byte> error, nuint errorSize);

    [LibraryImport(RdKafkaForTests.Library, EntryPoint = "rd_kafka_destroy")]
    public static partial void DestroyClient(nint client);

    [LibraryImport(RdKafkaForTests.Library, EntryPoint = "rd_kafka_mock_cluster_new")]
    public static partial nint NewCluster(nint client, int brokerCount);

    [LibraryImport(RdKafkaForTests.Library, EntryPoint = "rd_kafka_mock_cluster_destroy")]
    public static partial void DestroyCluster(nint cluster);

    /// <summary>The cluster's own text: not to be freed.</summary>
    [LibraryImport(RdKafkaForTests.Library, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    public static partial nint Bootstraps(nint cluster);

    [LibraryImport(RdKafkaForTests.Library, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int CreateTopic(nint cluster, string topic, int partitionCount, int replicationFactor);

    [LibraryImport(RdKafkaForTests.Library, EntryPoint = "rd_kafka_mock_topic_set_error", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetTopicError(nint cluster, string topic, int error);

    [LibraryImport(RdKafkaForTests.Library, EntryPoint = "rd_kafka_mock_partition_set_leader", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetLeader(nint cluster, string topic, int partition, int brokerId);

    [LibraryImport(RdKafkaForTests.Library, EntryPoint = "rd_kafka_mock_partition_set_follower", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetFollower(nint cluster, string topic, int partition, int brokerId);

    [LibraryImport(RdKafkaForTests.Library, EntryPoint = "rd_kafka_mock_partition_set_follower_wmarks", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetFollowerWatermarks(nint cluster, string topic, int partition, long low, long high);

    [LibraryImport(RdKafkaForTests.Library, EntryPoint = "rd_kafka_mock_broker_set_down")]
    public static partial int SetDown(nint cluster, int brokerId);

    [LibraryImport(RdKafkaForTests.Library, EntryPoint = "rd_kafka_mock_broker_set_up")]
    public static partial int SetUp(nint cluster, int brokerId);

    [LibraryImport(RdKafkaForTests.Library, EntryPoint = "rd_kafka_mock_broker_set_rtt")]
    public static partial int SetRoundTrip(nint cluster, int brokerId, int roundTripMs);

    [LibraryImport(RdKafkaForTests.Library, EntryPoint = "rd_kafka_mock_set_apiversion")]
    public static partial int SetApiVersion(nint cluster, short apiKey, short versionMin, short versionMax);

    [LibraryImport(RdKafkaForTests.Library, EntryPoint = "rd_kafka_mock_coordinator_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetCoordinator(nint cluster, string keyType, string key, int brokerId);

    [LibraryImport(RdKafkaForTests.Library, EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    public static partial void PushRequestErrors(nint cluster, short apiKey, nuint count, ReadOnlySpan<int> errors);

    [LibraryImport(RdKafkaForTests.Library, EntryPoint = "rd_kafka_mock_clear_request_errors")]
    public static partial void ClearRequestErrors(nint cluster, short apiKey);
}
