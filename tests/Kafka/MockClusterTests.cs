// Goal: librdkafka's pretended cluster does for foreign clients what a cluster of today does, and fails when it is told to.
using Confluent.Kafka;
using Xunit;
using Xunit.Sdk;

namespace Analytics.Tests.Kafka;

public sealed class MockClusterTests : IDisposable
{
    private readonly MockCluster _cluster = new(brokerCount: 3);

    public void Dispose() => _cluster.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_client_in_JavaScript_sends_kcat_reads(bool isGzip)
    {
        _cluster.CreateTopic("events", 2, replicationFactor: 3);
        var first = new KafkaMessage("{}") { Key = "shop/é", Partition = 1, TimestampMs = 1_700_000_000_000, Headers = [("a", "1"), ("b", "x"), ("b", "y")] };
        await new NodeProducer(_cluster.BootstrapServers).SendAsync("events", isGzip, [first, new(null) { Partition = 1 }], [new("last") { Partition = 1 }]);
        var read = await new Kcat(_cluster.BootstrapServers).ConsumeAsync("events", 1);
        Assert.Equal([(0, "{}"), (1, null), (2, "last")], read.Select(message => (message.Offset, message.Value)));
        Assert.Equal((first.Key, first.TimestampMs), (read[0].Key, read[0].TimestampMs));
        Assert.Equal(first.Headers, read[0].Headers);
    }

    [Fact]
    public async Task What_kcat_sends_idempotently_and_with_headers_is_read()
    {
        _cluster.CreateTopic("events", 1);
        var kcat = new Kcat(_cluster.BootstrapServers);
        await kcat.ProduceAsync("events", "k;1|k;2", "-K", ";", "-D", "|", "-z", "zstd", "-H", "h=v", "-X", "enable.idempotence=true");
        var read = await kcat.ConsumeAsync("events");
        Assert.Equal(["1", "2"], read.Select(message => message.Value));
        Assert.All(read, message => Assert.Equal([("h", "v")], message.Headers));
    }

    [Fact]
    public async Task A_request_fails_as_often_as_it_is_told_to()
    {
        _cluster.CreateTopic("events", 1);
        var kcat = new Kcat(_cluster.BootstrapServers);
        _cluster.FailNext(KafkaRequest.Produce, ErrorCode.TopicAuthorizationFailed);
        await Assert.ThrowsAnyAsync<XunitException>(() => kcat.ProduceAsync("events", "lost\n"));
        await kcat.ProduceAsync("events", "kept\n");
        Assert.Equal(["kept"], (await kcat.ConsumeAsync("events")).Select(message => message.Value));

        _cluster.FailNext(KafkaRequest.Produce, ErrorCode.TopicAuthorizationFailed);
        _cluster.ClearFailures(KafkaRequest.Produce);
        await kcat.ProduceAsync("events", "kept too\n");
        Assert.Equal(2, (await kcat.ConsumeAsync("events")).Length);
    }

    [Fact]
    public async Task A_leader_that_is_down_is_waited_for_and_one_that_moves_is_followed()
    {
        _cluster.CreateTopic("events", 1, replicationFactor: 3);
        _cluster.SetLeader("events", 0, 2);
        _cluster.SetDown(2);
        var kcat = new Kcat(_cluster.BootstrapServers);
        await Assert.ThrowsAnyAsync<XunitException>(() => kcat.ProduceAsync("events", "nobody\n", "-X", "message.timeout.ms=1000"));
        _cluster.SetLeader("events", 0, 3);
        await kcat.ProduceAsync("events", "third\n");
        _cluster.SetUp(2);
        _cluster.SetLeader("events", 0, 2);
        Assert.Equal(["third"], (await kcat.ConsumeAsync("events")).Select(message => message.Value));
    }
}
