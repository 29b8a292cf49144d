// Goal: whatever producers of today and of old put into a topic comes out as it was sent: no value, no key, every compression, any size, any time.
// What is no message, as the marks of transactions, is passed, and offsets go on behind it.
using System.Text;
using Analytics.Silo.Log;
using Analytics.Silo.Log.Kafka;
using Analytics.Tests.Log;
using Confluent.Kafka;
using Xunit;

namespace Analytics.Tests.Kafka;

public sealed class KafkaMessageTests : IDisposable
{
    private readonly MockCluster _cluster = new(brokerCount: 1);

    public KafkaMessageTests() => _cluster.CreateTopic("events", 1);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Without_a_value_or_a_key_a_message_is_empty_there()
    {
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options());
        await new NodeProducer(_cluster.BootstrapServers).SendAsync(
            "events",
            isGzip: false,
            (KafkaMessage[])[new(null) { Key = "tombstone", Partition = 0 }, new("") { Key = "empty", Partition = 0 }, new("no key") { Partition = 0, Headers = [("h", "v")] }]);
        var entries = await log.ReadAsync(0, 0, 3);
        Assert.Equal(["tombstone=", "empty=", "=no key"], entries.Select(entry => $"{Encoding.UTF8.GetString(entry.Record.Key.Span)}={entry.ValueText()}"));
        Assert.All(entries, entry => Assert.True(entry.Record.Headers.IsEmpty));
    }

    [Fact]
    public async Task Headers_of_a_mapped_topic_are_read_in_their_order()
    {
        _cluster.CreateTopic("orders", 1);
        await using var log = await KafkaLogs.OpenAsync(
            _cluster.Options() with { Mappings = [new KafkaMapping { Topic = "orders", Project = "p", Metric = "m", HeaderPrefix = "h_" }] });
        await new NodeProducer(_cluster.BootstrapServers).SendAsync(
            "orders", isGzip: false, (KafkaMessage[])[new("{}") { Partition = 0, Headers = [("a", "1"), ("ü", ""), ("b", "x"), ("b", "y")] }, new("{}") { Partition = 0 }]);
        var entries = await log.ReadAsync(65536, 0, 2);
        Assert.Equal(["a=1", "ü=", "b=x", "b=y"], KafkaHeaderTexts.Of(entries[0].Record.Headers));
        Assert.Empty(KafkaHeaderTexts.Of(entries[1].Record.Headers));
        Assert.Equal("m", log.MappingOf(65536)!.Metric);
        Assert.Null(log.MappingOf(0));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("snappy")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public async Task Every_compression_is_read_from_any_offset(string compression)
    {
        var texts = Enumerable.Range(0, 500).Select(i => $"message {i} {new string('x', i)}").ToArray();
        await new Kcat(_cluster.BootstrapServers).ProduceAsync("events", string.Join('\n', texts) + "\n", "-z", compression, "-X", "linger.ms=200");
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options());
        Assert.Equal(texts, (await log.ReadAsync(0, 0, texts.Length)).ConvertAll(entry => entry.ValueText()));
        Assert.Equal(texts[250..], (await log.ReadAsync(0, 250, 250, bytesMax: 100)).ConvertAll(entry => entry.ValueText()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("1000")]
    public async Task A_message_larger_than_a_fetch_is_read(string? fetchBytes)
    {
        var options = _cluster.Options();
        options = options with { Properties = fetchBytes is null ? options.Properties : new Dictionary<string, string> { ["fetch.message.max.bytes"] = fetchBytes } };
        await using var log = await KafkaLogs.OpenAsync(options);
        var large = Records.Random(1, 1_900_000);
        await log.AppendAsync(0, large, Deadline.Token());
        await log.AppendAsync(0, Records.Text("k", "small"), Deadline.Token());
        var entries = await log.ReadAsync(0, 0, 2);
        Records.AssertSame(large, entries[0].Record);
        Assert.Equal("small", entries[1].ValueText());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(7_258_118_400_000, true)]
    [InlineData(-1, false)]
    [InlineData(-2_000, false)]
    [InlineData(7_258_118_400_001, false)]
    [InlineData(32_503_680_000_000, false)]
    [InlineData(long.MaxValue, false)]
    [InlineData(long.MinValue, false)]
    public async Task A_time_that_no_clock_shows_is_replaced_by_that_of_reading(long timestampMs, bool isKept)
    {
        await KafkaWire.ProduceAsync(_cluster.Port, "events", 0, (RecordBatch.Of("v") with { TimestampMs = timestampMs }).ToBytes());
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options());
        var record = Assert.Single(await log.ReadAsync(0, 0, 1)).Record;
        if (isKept)
        {
            Assert.Equal(timestampMs, record.TimestampMs);
        }
        else
        {
            Assert.InRange(record.TimestampMs, before, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        }
    }

    [Fact]
    public async Task Marks_of_transactions_are_passed_and_offsets_go_on_behind_them()
    {
        await KafkaWire.ProduceAsync(_cluster.Port, "events", 0, RecordBatch.Of("first").ToBytes());
        await KafkaWire.ProduceAsync(_cluster.Port, "events", 0, RecordBatch.Mark(isCommit: true).ToBytes());
        await KafkaWire.ProduceAsync(_cluster.Port, "events", 0, RecordBatch.Mark(isCommit: false).ToBytes());
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options());
        await using var reader = log.OpenReader(0, 0, mustHave: true);
        Assert.Equal("first", Assert.Single(await reader.ReadAsync(1024, Deadline.Token())).ValueText());
        if (reader.NextOffset < 3)
        {
            Assert.Empty(await reader.ReadAsync(1024, Deadline.Token()));
        }

        Assert.Equal((3, 3), (reader.NextOffset, await log.ReadEndAsync(0)));
        var next = reader.ReadAsync(1024, Deadline.Token());
        Assert.False(next.IsCompleted);
        await KafkaWire.ProduceAsync(_cluster.Port, "events", 0, RecordBatch.Of("last").ToBytes());
        Assert.Equal((3, "last"), (await next).Select(entry => (entry.Offset, entry.ValueText())).Single());
    }

    [Fact]
    public async Task What_a_transaction_commits_is_read()
    {
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options());
        using var producer = new ProducerBuilder<Null, string>(
            new ProducerConfig { BootstrapServers = _cluster.BootstrapServers, TransactionalId = "t", TransactionTimeoutMs = 10_000 }).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(20));
        producer.BeginTransaction();
        await producer.ProduceAsync(new TopicPartition("events", 0), new Message<Null, string> { Value = "committed" });
        producer.CommitTransaction(TimeSpan.FromSeconds(20));
        Assert.Equal("committed", Assert.Single(await log.ReadAsync(0, 0, 1)).ValueText());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_batch_that_cannot_be_read_stands_in_the_way_and_is_told_of(bool isBody)
    {
        var bad = isBody ? new RecordBatch { Attributes = RecordBatch.Gzip, Body = [1, 2, 3, 4] } : RecordBatch.Of("changed") with { IsBroken = true };
        await KafkaWire.ProduceAsync(_cluster.Port, "events", 0, RecordBatch.Of("before").ToBytes());
        await KafkaWire.ProduceAsync(_cluster.Port, "events", 0, bad.ToBytes());
        await KafkaWire.ProduceAsync(_cluster.Port, "events", 0, RecordBatch.Of("after").ToBytes());
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options());
        await using var reader = log.OpenReader(0, 0, mustHave: true);
        Assert.Equal("before", Assert.Single(await reader.ReadAsync(1024, Deadline.Token())).ValueText());
        for (var attempts = 0; attempts < 3; attempts++)
        {
            var refused = await Assert.ThrowsAsync<EventLogException>(async () => await reader.ReadAsync(1024, Deadline.Token()));
            Assert.Contains("Partition 0 of topic events cannot be read at offset 1", refused.Message, StringComparison.Ordinal);
            Assert.Equal(refused.Message, Assert.Single(log.Damage));
            Assert.Equal(1, reader.NextOffset);
        }

        await using var behind = log.OpenReader(0, 2, mustHave: true);
        Assert.Equal("after", Assert.Single(await behind.ReadAsync(1024, Deadline.Token())).ValueText());
    }
}
