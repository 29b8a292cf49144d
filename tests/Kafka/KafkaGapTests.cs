// Goal: what a topic no longer has is never passed over in silence: reading stands and says so, or goes on where it was told to and says so; a topic
// that was made anew is never taken for the old one; other partitions go on. A real broker, which lets expire and deletes.
using Analytics.Silo.Log;
using Analytics.Silo.Log.Kafka;
using Analytics.Silo.Log.Kafka.Topics;
using Analytics.Tests.Log;
using Xunit;

namespace Analytics.Tests.Kafka;

[Collection(KafkaBrokerCollection.Name)]
public sealed class KafkaGapTests(KafkaBrokerFixture fixture)
{
    private const int PassedEvent = 1042;
    private const int RenewedEvent = 1043;

    private readonly MemoryTopicStore _store = new();
    private readonly LogLines _lines = new();

    [Fact]
    public async Task What_has_expired_before_it_was_read_stands_in_the_way_or_is_passed_as_the_setting_says()
    {
        // Numbers that no other test measures.
        await _store.AddAsync(new TopicNumber("", "other", 700), CancellationToken.None);
        var first = KafkaPartition.NumberOf(701, 0);
        var topic = await fixture.CreateTopicAsync(partitions: 2);
        using var meters = new KafkaMeters(first);
        await using (var log = await OpenAsync(topic))
        {
            await log.AppendAllAsync(first, Enumerable.Range(0, 5).Select(i => Records.Text("k", $"{i}")));
            await log.CommitAsync(first, 2);
            await fixture.Broker.ExpireAsync(topic, 0);

            await using var reader = log.OpenReader(first, 2, mustHave: true);
            for (var attempts = 0; attempts < 2; attempts++)
            {
                var lost = await Assert.ThrowsAsync<EventLogCorruptException>(async () => await reader.ReadAsync(1024, Deadline.Token()));
                Assert.StartsWith($"Partition 0 of topic {topic} has lost offsets 2 to 4 before they were read", lost.Message, StringComparison.Ordinal);
                Assert.Equal((2, 5), (lost.Offset, lost.NextOffset));
                Assert.Equal(lost.Message, Assert.Single(log.Damage));
            }

            Assert.Equal(1, meters.Read("analytics.log.damaged"));
            await log.AppendAsync(first + 1, Records.Text("k", "other"), Deadline.Token());
            Assert.Equal("other", (await log.ReadAsync(first + 1, 0, 1))[0].ValueText());
            await log.AppendAsync(first, Records.Text("k", "5"), Deadline.Token());

            // Whoever only looks passes what is gone.
            Assert.Equal((5, "5"), (await log.ReadAsync(first, 2, 1)).Select(entry => (entry.Offset, entry.ValueText())).Single());
            Assert.Single(log.Damage);
        }

        await using var again = await OpenAsync(topic, KafkaOptions.Earliest);
        Assert.Equal(2, await again.ReadStartAsync(first));
        await using var going = again.OpenReader(first, 2, mustHave: true);
        Assert.Equal([5], (await going.ReadAsync(1024, Deadline.Token())).Select(entry => entry.Offset));
        Assert.Equal(3, meters.Read("analytics.log.passed.offsets"));
        Assert.Equal(0, meters.Read("analytics.log.damaged"));
        Assert.Empty(again.Damage);
        var line = Assert.Single(_lines.All, line => line.EventId == PassedEvent);
        Assert.Equal(
            (Microsoft.Extensions.Logging.LogLevel.Error, $"Partition 0 of topic {topic}: offsets 2 to 4 are gone before they were read; going on at 5 (Kafka:OutOfRange is Earliest)"),
            (line.Level, line.Message));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    public async Task A_topic_made_anew_stands_in_the_way_or_is_read_as_a_new_one_as_the_setting_says(int before, int after)
    {
        var topic = await fixture.CreateTopicAsync(partitions: before);
        var other = await fixture.CreateTopicAsync();
        await using (var log = await OpenAsync(topic, topics: other))
        {
            await log.AppendAllAsync(0, Enumerable.Range(0, 5).Select(i => Records.Text("k", $"old {i}")));
            await log.CommitAsync(0, 4);
            await using var reader = log.OpenReader(0, 4, mustHave: true);
            Assert.Single(await reader.ReadAsync(1024, Deadline.Token()));
            await fixture.Broker.DeleteTopicAsync(topic);
            await fixture.Broker.CreateTopicAsync(topic, after);
            await new Kcat(fixture.Broker.BootstrapServers, fixture.Broker.ClientProperties).ProduceAsync(topic, "new 0\nnew 1\n", "-p", "0");
            var story = await FailureAsync<EventLogCorruptException>(reader);
            Assert.StartsWith($"Partition 0 of topic {topic} ends at 2, before offset 5 that comes next", story.Message, StringComparison.Ordinal);
            Assert.Contains(story.Message, log.Damage);
            Assert.Contains(0, log.Partitions);
            await new Kcat(fixture.Broker.BootstrapServers, fixture.Broker.ClientProperties).ProduceAsync(other, "goes on\n");
            Assert.Equal("goes on", (await log.ReadAsync(65536, 0, 1))[0].ValueText());
        }

        await using var again = await OpenAsync(topic, KafkaOptions.Earliest, other);
        Assert.Equal(4, await again.ReadStartAsync(0));
        await using (var reader = again.OpenReader(0, 4, mustHave: true))
        {
            var story = await FailureAsync<EventLogException>(reader);
            Assert.EndsWith("It is read as a new topic now.", story.Message, StringComparison.Ordinal);
        }

        var first = KafkaPartition.NumberOf(2, 0);
        Assert.Equal([65536, .. Enumerable.Range(first, after)], again.Partitions);
        Assert.Equal(Enumerable.Range(first, after), again.WritablePartitions);
        Assert.Empty(again.Damage);
        Assert.Equal((0, 0), (await again.ReadStartAsync(first), await again.ReadCommittedAsync(first)));
        Assert.Equal(["new 0", "new 1"], (await again.ReadAsync(first, 0, 2)).ConvertAll(entry => entry.ValueText()));
        Assert.Single(_lines.All, line => line.EventId == RenewedEvent);
        Assert.Equal([(topic, 0), (other, 1), (topic, 2)], _store.All.Select(number => (number.Topic, number.Number)));
        await again.CommitAsync(first, 1);
        Assert.Equal(1, await again.ReadCommittedAsync(first));
    }

    [Fact]
    public async Task A_deleted_topic_keeps_no_other_from_being_read_opened_or_begun()
    {
        var topic = await fixture.CreateTopicAsync();
        var other = await fixture.CreateTopicAsync();
        var kcat = new Kcat(fixture.Broker.BootstrapServers, fixture.Broker.ClientProperties);
        await kcat.ProduceAsync(other, "gone\n");
        await using (var log = await OpenAsync(topic, topics: other))
        {
            await using var reader = log.OpenReader(65536, 0, mustHave: true);
            Assert.Single(await reader.ReadAsync(1024, Deadline.Token()));
            await fixture.Broker.DeleteTopicAsync(other);
            using var noMore = new CancellationTokenSource();
            var reading = reader.ReadAsync(1024, noMore.Token);
            await Eventually.TrueAsync(() => log.Damage.Contains($"Topic {other} does not exist."), () => string.Join(' ', log.Damage));
            Assert.Contains(65536, log.Partitions);
            Assert.Equal(1, reader.NextOffset);
            await log.AppendAsync(0, Records.Text("k", "v"), Deadline.Token());
            Assert.Equal(0, await log.ReadStartAsync(0));
            Assert.Equal(1, await log.ReadEndAsync(0));
            Assert.Equal("v", (await log.ReadAsync(0, 0, 1))[0].ValueText());
            await noMore.CancelAsync();
            await Assert.ThrowsAnyAsync<Exception>(async () => await reading);
        }

        await using var again = await OpenAsync(topic, topics: other);
        Assert.Equal([0], again.Partitions);
        Assert.Equal($"Topic {other} does not exist.", Assert.Single(again.Damage));
        Assert.Equal("v", (await again.ReadAsync(0, 0, 1))[0].ValueText());
    }

    [Fact]
    public async Task Partitions_that_are_added_are_found_and_written()
    {
        var topic = await fixture.CreateTopicAsync();
        var time = new ManualTime();
        await using var log = await KafkaLogs.OpenAsync(fixture.Broker.Options(topic, topic), _store, time: time);
        await fixture.Broker.AddPartitionsAsync(topic, 3);
        Assert.Equal([0], log.Partitions);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return log.Partitions.Count == 3;
            },
            "they are not found");
        Assert.Equal([0, 1, 2], log.WritablePartitions);
        Assert.Equal(0, await log.ReadStartAsync(2));
        await log.AppendAsync(2, Records.Text("k", "v"), Deadline.Token());
        Assert.Equal("v", (await log.ReadAsync(2, 0, 1))[0].ValueText());
        Assert.Single(_store.All);
    }

    [Fact]
    public async Task What_the_group_has_forgotten_the_tables_still_know()
    {
        var topic = await fixture.CreateTopicAsync(partitions: 2);
        await using (var log = await OpenAsync(topic))
        {
            await log.AppendAllAsync(0, Enumerable.Range(0, 3).Select(i => Records.Text("k", $"{i}")));
            await log.CommitAsync(0, 2);
        }

        Assert.Equal([new(0, 2)], _store.Durable);
        await using var again = await KafkaLogs.OpenAsync(fixture.Broker.Options(topic, group: topic + "-fresh"), _store);
        Assert.Equal((0, 2), (await again.ReadCommittedAsync(0), await again.ReadStartAsync(0)));
        Assert.Equal(0, await again.ReadStartAsync(1));
        await using var others = await KafkaLogs.OpenAsync(fixture.Broker.Options(topic, group: topic + "-other"));
        Assert.Equal(0, await others.ReadStartAsync(0));
    }

    [Fact]
    public async Task A_message_that_the_disk_has_changed_stands_in_the_way()
    {
        var topic = await fixture.CreateTopicAsync();
        var options = fixture.Broker.Options(topic, topic);
        options = options with { Properties = new Dictionary<string, string>(options.Properties) { ["compression.type"] = "none" } };
        await using var log = await KafkaLogs.OpenAsync(options);
        await log.AppendAllAsync(0, [Records.Text("k", "before"), Records.Text("k", "the changed one"), Records.Text("k", "after")]);
        var file = Assert.Single(Directory.GetFiles(Path.Combine(fixture.Broker.DataDirectory, "kafka", topic + "-0"), "*.log"));
        using (var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            stream.Position = File.ReadAllText(file, System.Text.Encoding.Latin1).IndexOf("changed", StringComparison.Ordinal);
            stream.WriteByte((byte)'C');
        }

        await using var reader = log.OpenReader(0, 0, mustHave: true);
        Assert.Equal("before", Assert.Single(await reader.ReadAsync(1024, Deadline.Token())).ValueText());
        for (var attempts = 0; attempts < 2; attempts++)
        {
            var failure = await Assert.ThrowsAsync<EventLogException>(async () => await reader.ReadAsync(1024, Deadline.Token()));
            Assert.StartsWith($"Partition 0 of topic {topic} cannot be read at offset 1: ", failure.Message, StringComparison.Ordinal);
            Assert.Equal(failure.Message, Assert.Single(log.Damage));
        }
    }

    [Fact]
    public async Task A_message_larger_than_a_fetch_is_read_from_an_old_broker_too()
    {
        var topic = await fixture.CreateTopicAsync(config: new Dictionary<string, string> { ["max.message.bytes"] = "2000000" });
        var options = fixture.Broker.Options(topic, topic);
        options = options with { Properties = new Dictionary<string, string>(options.Properties) { ["fetch.message.max.bytes"] = "1000" } };
        await using var log = await KafkaLogs.OpenAsync(options, _store);
        var large = Records.Random(1, 900_000);
        await log.AppendAsync(0, large, Deadline.Token());
        var read = Assert.Single(await log.ReadAsync(0, 0, 1)).Record;
        Assert.Equal(large.Value.ToArray(), read.Value.ToArray());
    }

    private Task<KafkaEventLog> OpenAsync(string topic, string outOfRange = "Stop", string topics = "") => KafkaLogs.OpenAsync(
        fixture.Broker.Options(topic, topic) with { OutOfRange = outOfRange, Topics = topics }, _store, logger: new LogLinesOf<KafkaEventLog>(_lines));

    // A topic that is being deleted and made fails in other ways meanwhile.
    private static async Task<TException> FailureAsync<TException>(ILogReader reader)
        where TException : EventLogException
    {
        TException? failure = null;
        await Eventually.IsTrueAsync(
            async () =>
            {
                var thrown = await Record.ExceptionAsync(async () => await reader.ReadAsync(1024, Deadline.Token()));
                failure = thrown as TException;
                Assert.True(failure is not null || thrown is EventLogException, $"{thrown}");
                return failure is not null && (typeof(TException) != typeof(EventLogException) || !failure.Message.Contains("does not tell", StringComparison.Ordinal));
            },
            TimeSpan.FromSeconds(60),
            () => "it does not fail as it should");
        return failure!;
    }
}
