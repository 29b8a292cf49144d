// Goal: what Kafka does not take is refused for the right reason, and a producer that has failed for good is replaced without losing a record.
using Analytics.Silo.Log;
using Analytics.Silo.Log.Kafka;
using Analytics.Tests.Log;
using Confluent.Kafka;
using Xunit;

namespace Analytics.Tests.Kafka;

public sealed class KafkaProducerTests : IDisposable
{
    private readonly MockCluster _cluster = new(brokerCount: 1);
    private readonly LogLines _lines = new();

    public KafkaProducerTests() => _cluster.CreateTopic("events", 1);

    public void Dispose() => _cluster.Dispose();

    [Theory]
    [InlineData(ErrorCode.MsgSizeTooLarge)]
    [InlineData(ErrorCode.RecordListTooLarge)]
    public async Task A_record_that_the_broker_finds_too_large_is_refused_as_such_and_the_next_is_taken(ErrorCode error)
    {
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options());
        _cluster.FailNext(KafkaRequest.Produce, error);
        var refused = await Assert.ThrowsAsync<EventLogRecordTooLargeException>(
            async () => await log.AppendAsync(0, Records.Text("key", new string('x', 997)), Deadline.Token()));
        Assert.Equal("Kafka does not take a record of 1000 bytes (message.max.bytes of the broker or of topic events).", refused.Message);
        Assert.Equal(0, await log.AppendAsync(0, Records.Text("key", "v"), Deadline.Token()));
    }

    [Fact]
    public async Task A_record_larger_than_the_client_takes_is_refused_at_once()
    {
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options() with { Properties = new Dictionary<string, string> { ["message.max.bytes"] = "2000" } });
        await Assert.ThrowsAsync<EventLogRecordTooLargeException>(async () => await log.AppendAsync(0, Records.Random(1, 2_001), Deadline.Token()));
        await log.AppendAsync(0, Records.Random(1, 1_500), Deadline.Token());
    }

    [Fact]
    public async Task Beyond_what_may_wait_for_the_broker_appends_are_refused_as_full()
    {
        var options = _cluster.Options() with
        {
            Properties = new Dictionary<string, string> { ["queue.buffering.max.messages"] = "10", ["message.timeout.ms"] = "2000" },
        };
        await using var log = await KafkaLogs.OpenAsync(options);
        _cluster.SetDown(-1);
        var appends = Enumerable.Range(0, 11).Select(i => Task.Run(async () => await log.AppendAsync(0, Records.Text("k", $"{i}"), Deadline.Token()))).ToArray();
        var failures = await Task.WhenAll(appends.Select(append => Assert.ThrowsAnyAsync<EventLogException>(() => append)));
        var full = Assert.Single(failures, failure => failure is EventLogFullException);
        Assert.Contains("wait for Kafka", full.Message, StringComparison.Ordinal);
        Assert.All(failures.Where(failure => failure != full), failure => Assert.Contains("message.timeout.ms", failure.Message, StringComparison.Ordinal));
        _cluster.SetUp(-1);

        // The client may wait for longer than a record does before it tries to connect again.
        await Deadline.UntilAsync(async () =>
            await Record.ExceptionAsync(async () => await log.AppendAsync(0, Records.Text("k", "after"), Deadline.Token())) is null);
    }

    [Theory]
    [InlineData(ErrorCode.TopicAuthorizationFailed)]
    [InlineData(ErrorCode.InvalidRequiredAcks)]
    public async Task What_the_broker_refuses_has_its_words(ErrorCode error)
    {
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options());
        _cluster.FailNext(KafkaRequest.Produce, error);
        var refused = await Assert.ThrowsAsync<EventLogException>(async () => await log.AppendAsync(0, Records.Text("k", "v"), Deadline.Token()));
        Assert.Contains("Partition 0 of topic events did not take the record: Broker: ", refused.Message, StringComparison.Ordinal);
        await Deadline.UntilAsync(async () =>
            await Record.ExceptionAsync(async () => await log.AppendAsync(0, Records.Text("k", "v"), Deadline.Token())) is null);
    }

    [Fact]
    public async Task A_lost_answer_appends_once_or_is_refused()
    {
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options());
        _cluster.FailNext(KafkaRequest.Produce, ErrorCode.Local_Transport, ErrorCode.NotLeaderForPartition, ErrorCode.NotEnoughReplicas);
        Assert.Equal(0, await log.AppendAsync(0, Records.Text("k", "v"), Deadline.Token()));
        Assert.Equal(1, await log.ReadEndAsync(0));
    }

    [Theory]
    [InlineData(ErrorCode.OutOfOrderSequenceNumber)]
    [InlineData(ErrorCode.UnknownProducerId)]
    [InlineData(ErrorCode.InvalidProducerEpoch)]
    public async Task A_producer_that_has_lost_its_place_takes_the_next_records(ErrorCode error)
    {
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options(), logger: new LogLinesOf<KafkaEventLog>(_lines));
        await log.AppendAsync(0, Records.Text("k", "0"), Deadline.Token());
        _cluster.FailNext(KafkaRequest.Produce, error);
        var outcome = await Record.ExceptionAsync(async () => await log.AppendAsync(0, Records.Text("k", "1"), Deadline.Token()));
        Assert.True(outcome is null or EventLogException, $"{outcome}");
        await log.AppendAsync(0, Records.Text("k", "2"), Deadline.Token());
        await Task.WhenAll(Enumerable.Range(3, 20).Select(i => log.AppendAsync(0, Records.Text("k", $"{i}"), Deadline.Token()).AsTask()));
        var count = (int)await log.ReadEndAsync(0);
        var values = (await log.ReadAsync(0, 0, count)).ConvertAll(entry => entry.ValueText());
        Assert.Equal(["0", "2"], values.Where(value => value is "0" or "2"));
        Assert.Equal(20, values.Count(value => int.Parse(value, System.Globalization.CultureInfo.InvariantCulture) > 2));

        // The client mends the others by itself.
        Assert.Equal(error == ErrorCode.OutOfOrderSequenceNumber ? 1 : 0, _lines.All.Count(line => line.EventId == 1049));
    }

    [Fact]
    public async Task Records_that_wait_when_the_log_closes_are_refused_however_long_they_may_wait()
    {
        var log = await KafkaLogs.OpenAsync(_cluster.Options() with { Properties = new Dictionary<string, string> { ["message.timeout.ms"] = "300000" } });
        _cluster.SetDown(-1);
        var append = log.AppendAsync(0, Records.Text("k", "v")).AsTask();
        await log.DisposeAsync();
        Assert.Contains("closed", (await Assert.ThrowsAsync<EventLogException>(() => append.WithinDeadline())).Message, StringComparison.Ordinal);
    }
}
