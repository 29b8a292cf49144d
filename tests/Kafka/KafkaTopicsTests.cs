// Goal: every partition has one number for ever, whatever order topics are found, named or opened in; topics and partitions that come later are found
// while the log is open; a topic in trouble is told of by its name and keeps no other from being read.
using Analytics.Silo.Log;
using Analytics.Silo.Log.Kafka;
using Analytics.Tests.Log;
using Confluent.Kafka;
using Xunit;

namespace Analytics.Tests.Kafka;

public sealed class KafkaTopicsTests : IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(15);

    private readonly MockCluster _cluster = new(brokerCount: 1);
    private readonly MemoryTopicStore _store = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Two_topics_of_a_list_have_numbers_of_their_own_and_one_of_them_is_written()
    {
        _cluster.CreateTopic("events", 2);
        _cluster.CreateTopic("orders", 3);
        await using var log = await OpenAsync(_cluster.Options() with { Topics = "orders" });
        Assert.Equal([0, 1, 65536, 65537, 65538], log.Partitions);
        Assert.Equal([0, 1], log.WritablePartitions);
        await new Kcat(_cluster.BootstrapServers).ProduceAsync("orders", "from elsewhere\n", "-p", "2");
        Assert.Equal("from elsewhere", Assert.Single(await log.ReadAsync(65538, 0, 1)).ValueText());
        Assert.Equal(0, await log.ReadEndAsync(1));
        Assert.Empty(log.Damage);
    }

    [Fact]
    public async Task A_topic_that_matches_a_pattern_is_found_within_the_interval_and_others_never()
    {
        foreach (var topic in new[] { "events", "orders.eu", "order", "__orders.internal", "aorders.eu" })
        {
            _cluster.CreateTopic(topic, 1);
        }

        var time = new ManualTime();
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options() with { Topics = @"^orders\.,^.*internal" }, _store, time: time);
        Assert.Equal([0, 65536], log.Partitions);
        _cluster.CreateTopic("orders.us", 2);
        var begin = time.GetUtcNow();
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return log.Partitions.Count > 2;
            },
            "orders.us is not found");
        Assert.True(time.GetUtcNow() - begin >= LookInterval, "it was looked for all the time");
        Assert.Equal([0, 65536, 131072, 131073], log.Partitions);
        Assert.Equal(["events", "orders.eu", "orders.us"], _store.All.Select(number => number.Topic));
    }

    [Fact]
    public async Task An_internal_topic_is_read_when_it_is_meant()
    {
        _cluster.CreateTopic("events", 1);
        _cluster.CreateTopic("__orders.internal", 1);
        await using var log = await OpenAsync(_cluster.Options() with { Topics = "^__orders" });
        Assert.Equal([0, 65536], log.Partitions);
    }

    [Fact]
    public async Task Topics_keep_their_numbers_in_any_order_and_across_opening()
    {
        foreach (var topic in new[] { "events", "orders", "alpha" })
        {
            _cluster.CreateTopic(topic, 1);
        }

        Assert.Equal([0, 65536], await PartitionsAsync(_cluster.Options() with { Topics = "orders" }));
        Assert.Equal([0, 65536, 131072], await PartitionsAsync(_cluster.Options() with { Topics = "alpha,orders" }));
        Assert.Equal([131072], await PartitionsAsync(_cluster.Options("alpha")));
        await using var log = await OpenAsync(_cluster.Options("orders") with { Topics = "alpha,events" });
        Assert.Equal([0, 65536, 131072], log.Partitions);
        Assert.Equal([65536], log.WritablePartitions);
        Assert.Equal(["events", "orders", "alpha"], _store.All.Select(number => number.Topic));
    }

    [Fact]
    public async Task The_topic_that_is_written_comes_first_where_all_are_new()
    {
        foreach (var topic in new[] { "alpha", "written", "zeta" })
        {
            _cluster.CreateTopic(topic, 1);
        }

        await using var log = await OpenAsync(_cluster.Options("written") with { Topics = "zeta,alpha" });
        Assert.Equal(["written", "alpha", "zeta"], _store.All.Select(number => number.Topic));
        Assert.Equal([0], log.WritablePartitions);
    }

    [Fact]
    public async Task The_topic_of_the_same_name_in_another_cluster_is_another_topic()
    {
        _cluster.CreateTopic("events", 2);
        Assert.Equal([0, 1], await PartitionsAsync(_cluster.Options()));
        using (var other = new MockCluster(brokerCount: 1))
        {
            other.CreateTopic("events", 2);
            Assert.Equal([65536, 65537], await PartitionsAsync(other.Options()));
            Assert.Equal([65536, 65537], await PartitionsAsync(other.Options()));
        }

        Assert.Equal([0, 1], await PartitionsAsync(_cluster.Options()));
        Assert.Equal(2, _store.All.Count);
    }

    [Theory]
    [InlineData(ErrorCode.UnknownTopicOrPart, "Topic orders does not exist.")]
    [InlineData(ErrorCode.TopicAuthorizationFailed, "Topic orders cannot be read: Broker: Topic authorization failed.")]
    public async Task A_topic_in_trouble_is_told_of_and_found_when_it_is_over(ErrorCode trouble, string words)
    {
        _cluster.CreateTopic("events", 1);
        _cluster.CreateTopic("orders", 1);
        _cluster.SetTopicError("orders", trouble);
        await using var log = await OpenAsync(_cluster.Options() with { Topics = "orders" });
        Assert.Equal([0], log.Partitions);
        Assert.Equal(words, Assert.Single(log.Damage));
        Assert.Equal(0, await log.AppendAsync(0, Records.Text("k", "v"), Deadline.Token()));

        _cluster.SetTopicError("orders", ErrorCode.NoError);
        await Eventually.TrueAsync(() => log.Partitions.Count == 2, "orders is not found");
        Assert.Empty(log.Damage);
    }

    [Fact]
    public async Task Without_its_topic_the_log_takes_nothing_and_says_why_until_it_is_there()
    {
        _cluster.CreateTopic("events", 1);
        _cluster.CreateTopic("orders", 1);
        _cluster.SetTopicError("events", ErrorCode.UnknownTopicOrPart);
        await using var log = await OpenAsync(_cluster.Options() with { Topics = "orders" });
        Assert.Empty(log.WritablePartitions);
        Assert.Equal([0], log.Partitions);
        Assert.Contains("Topic events does not exist.", log.Damage);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await log.AppendAsync(1, Records.Text("k", "v")));

        _cluster.SetTopicError("events", ErrorCode.NoError);
        await Eventually.TrueAsync(() => log.WritablePartitions.Count == 1, "events is not found");
        Assert.Equal(0, await log.AppendAsync(log.WritablePartitions[0], Records.Text("k", "v"), Deadline.Token()));
        Assert.Empty(log.Damage);
    }

    [Fact]
    public async Task A_reader_only_gives_no_numbers()
    {
        _cluster.CreateTopic("events", 1);
        var refused = await Assert.ThrowsAsync<EventLogException>(() => KafkaLogs.OpenReadOnlyAsync(_cluster.Options(), _store));
        Assert.Contains("there are none of the topics", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_store.All);
        Assert.Equal([0], await PartitionsAsync(_cluster.Options()));
        await using var log = await KafkaLogs.OpenReadOnlyAsync(_cluster.Options(), _store);
        Assert.Equal([0], log.Partitions);
    }

    private Task<KafkaEventLog> OpenAsync(KafkaOptions options) => KafkaLogs.OpenAsync(options, _store);

    private async Task<IReadOnlyList<int>> PartitionsAsync(KafkaOptions options)
    {
        await using var log = await OpenAsync(options);
        return log.Partitions;
    }
}
