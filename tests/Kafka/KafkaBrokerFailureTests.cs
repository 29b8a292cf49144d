// Goal: brokers come and go, leaders and coordinators move, and nothing that was accepted is lost, read twice or passed over; what cannot be done
// meanwhile is refused in time.
using Analytics.Silo.Log;
using Analytics.Silo.Log.Kafka;
using Analytics.Tests.Log;
using Confluent.Kafka;
using Xunit;

namespace Analytics.Tests.Kafka;

public sealed class KafkaBrokerFailureTests : IDisposable
{
    private readonly MockCluster _cluster = new(brokerCount: 3);

    public KafkaBrokerFailureTests() => _cluster.CreateTopic("events", 1, replicationFactor: 3);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task A_leader_that_moves_while_records_are_appended_and_read_loses_none()
    {
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options());
        var reading = log.ReadAsync(0, 0, 300);
        for (var i = 0; i < 300; i++)
        {
            if (i % 50 == 0)
            {
                _cluster.SetLeader("events", 0, 1 + (i / 50 % 3));
            }

            await log.AppendAsync(0, Records.Text("k", $"{i}"), Deadline.Token());
        }

        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"{i}"), (await reading).ConvertAll(entry => entry.ValueText()));
        Assert.Empty(log.Damage);
    }

    [Fact]
    public async Task A_broker_that_is_down_is_waited_for_until_another_leads()
    {
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options());
        _cluster.SetLeader("events", 0, 2);
        _cluster.CreateTopic("other", 1, replicationFactor: 3);
        _cluster.SetLeader("other", 0, 1);
        await log.AppendAsync(0, Records.Text("k", "before"), Deadline.Token());
        var reading = log.ReadAsync(0, 0, 2);
        _cluster.SetDown(2);
        var append = log.AppendAsync(0, Records.Text("k", "after"), Deadline.Token()).AsTask();
        await new Kcat(_cluster.BootstrapServers).ProduceAsync("other", "meanwhile\n", "-p", "0");
        Assert.False(append.IsCompleted);
        _cluster.SetLeader("events", 0, 3);
        await append;
        Assert.Equal(["before", "after"], (await reading).ConvertAll(entry => entry.ValueText()));
    }

    [Fact]
    public async Task With_all_brokers_away_appends_are_refused_in_time_and_everything_goes_on_when_they_are_back()
    {
        var options = _cluster.Options() with { Properties = new Dictionary<string, string> { ["message.timeout.ms"] = "2000" } };
        await using var log = await KafkaLogs.OpenAsync(options);
        await log.AppendAsync(0, Records.Text("k", "before"), Deadline.Token());
        await using var reader = log.OpenReader(0, 1, mustHave: true);
        var reading = reader.ReadAsync(1024, Deadline.Token());
        _cluster.SetDown(-1);
        var refused = await Assert.ThrowsAsync<EventLogException>(async () => await log.AppendAsync(0, Records.Text("k", "refused"), Deadline.Token()));
        Assert.Contains("message.timeout.ms", refused.Message, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => log.Damage.Count > 0, "nobody says that Kafka is away");
        Assert.StartsWith("Kafka cannot be reached: ", log.Damage[0], StringComparison.Ordinal);
        Assert.False(reading.IsCompleted);

        _cluster.SetUp(-1);
        await log.AppendAsync(0, Records.Text("k", "after"), Deadline.Token());
        Assert.Contains("after", (await reading).Select(entry => entry.ValueText()).Append("after"));
        Assert.Equal("before", (await log.ReadAsync(0, 0, 1))[0].ValueText());
        await Eventually.TrueAsync(() => log.Damage.Count == 0, () => string.Join(' ', log.Damage));
    }

    [Fact]
    public async Task Trouble_at_the_end_of_a_partition_is_over_when_it_is_read_again_though_nothing_has_come()
    {
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options());
        await log.AppendAsync(0, Records.Text("k", "v"), Deadline.Token());
        await using var reader = log.OpenReader(0, 2, mustHave: true);
        var refused = await Assert.ThrowsAsync<EventLogCorruptException>(async () => await reader.ReadAsync(1024, Deadline.Token()));
        Assert.StartsWith("Partition 0 of topic events ends at 1, before offset 2 that comes next", refused.Message, StringComparison.Ordinal);
        Assert.Equal(refused.Message, Assert.Single(log.Damage));
        await log.AppendAsync(0, Records.Text("k", "v"), Deadline.Token());
        var reading = reader.ReadAsync(1024, Deadline.Token());
        await Eventually.TrueAsync(() => log.Damage.Count == 0, "it is still told of");
        Assert.False(reading.IsCompleted);
        await log.AppendAsync(0, Records.Text("k", "v"), Deadline.Token());
        Assert.Single(await reading);
    }

    [Fact]
    public async Task A_log_closes_without_any_broker()
    {
        var log = await KafkaLogs.OpenAsync(_cluster.Options() with { Properties = new Dictionary<string, string> { ["message.timeout.ms"] = "1000" } });
        var shared = log.OpenReader(0, 0);
        var own = log.OpenReader(0, 0);
        var readings = new[] { shared, own }.Select(reader => reader.ReadAsync(1024, Deadline.Token()).AsTask()).ToArray();
        _cluster.SetDown(-1);
        var append = log.AppendAsync(0, Records.Text("k", "refused")).AsTask();
        await log.DisposeAsync().AsTask().WithinDeadline();
        await Assert.ThrowsAsync<EventLogException>(() => append);
        foreach (var reading in readings)
        {
            await Assert.ThrowsAsync<EventLogException>(() => reading.WithinDeadline());
        }

        await own.DisposeAsync().AsTask().WithinDeadline();
        await shared.DisposeAsync().AsTask().WithinDeadline();
    }

    [Fact]
    public async Task Readers_may_be_closed_after_their_log_in_any_order()
    {
        for (var round = 0; round < 10; round++)
        {
            var log = await KafkaLogs.OpenAsync(_cluster.Options());
            var readers = Enumerable.Range(0, 4).Select(_ => log.OpenReader(0, 0)).ToArray();
            var readings = Array.ConvertAll(readers, reader => Assert.ThrowsAsync<EventLogException>(async () => await reader.ReadAsync(10, Deadline.Token())));
            var committing = log.CommitAsync(0, round + 1).AsTask();
            var starting = log.ReadStartAsync(0).AsTask();
            await log.DisposeAsync();
            await Task.WhenAll(readings);
            await Task.WhenAll(readers.Select(reader => reader.DisposeAsync().AsTask())).WithinDeadline();
            await Task.WhenAll(committing, starting).ContinueWith(_ => { }, TaskScheduler.Default).WithinDeadline();
            await Assert.ThrowsAsync<EventLogException>(async () => await log.ReadEndAsync(0));
        }
    }

    [Theory]
    [InlineData(ErrorCode.NotCoordinatorForGroup)]
    [InlineData(ErrorCode.GroupLoadInProgress)]
    [InlineData(ErrorCode.RequestTimedOut)]
    public async Task A_commit_that_fails_is_repeated_or_refused_and_the_next_one_commits(ErrorCode error)
    {
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options());
        await log.AppendAllAsync(0, Enumerable.Range(0, 5).Select(i => Records.Text("k", $"{i}")));
        _cluster.FailNext(KafkaRequest.OffsetCommit, error);
        var isRefused = false;
        try
        {
            await log.CommitAsync(0, 3, Deadline.Token());
        }
        catch (EventLogException e)
        {
            isRefused = true;
            Assert.StartsWith("Kafka does not commit offsets: Broker:", e.Message, StringComparison.Ordinal);
            Assert.Equal(0, await log.ReadCommittedAsync(0));
        }

        await log.CommitAsync(0, isRefused ? 3 : 4, Deadline.Token());
        Assert.Equal(isRefused ? 3 : 4, await log.ReadCommittedAsync(0));
        await using var again = await KafkaLogs.OpenAsync(_cluster.Options());
        Assert.Equal(isRefused ? 3 : 4, await again.ReadCommittedAsync(0));
    }

    [Fact]
    public async Task A_commit_that_may_not_be_is_refused_with_the_brokers_words()
    {
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options());
        _cluster.FailNext(KafkaRequest.OffsetCommit, ErrorCode.GroupAuthorizationFailed);
        var refused = await Assert.ThrowsAsync<EventLogException>(async () => await log.CommitAsync(0, 1, Deadline.Token()));
        Assert.Equal("Kafka does not commit offsets: Broker: Group authorization failed.", refused.Message);
        Assert.Equal(0, await log.ReadCommittedAsync(0));
        await log.CommitAsync(0, 1, Deadline.Token());
        Assert.Equal(1, await log.ReadCommittedAsync(0));
    }

    [Fact]
    public async Task A_coordinator_that_moves_is_followed()
    {
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options());
        for (var i = 1; i <= 3; i++)
        {
            _cluster.SetGroupCoordinator("analytics", i);
            await CommitAsync(log, i);
        }

        _cluster.SetDown(3);
        _cluster.SetGroupCoordinator("analytics", 1);
        await CommitAsync(log, 4);
        await using var again = await KafkaLogs.OpenAsync(_cluster.Options());
        Assert.Equal(4, await again.ReadStartAsync(0, Deadline.Token()));
    }

    // As the reader of a partition does: what is refused is committed with the next round.
    private static Task CommitAsync(KafkaEventLog log, long offset) => Eventually.IsTrueAsync(
        async () =>
        {
            try
            {
                await log.CommitAsync(0, offset, Deadline.Token());
                return true;
            }
            catch (EventLogException)
            {
                return false;
            }
        },
        TimeSpan.FromSeconds(60),
        () => $"{offset} is not committed");
}
