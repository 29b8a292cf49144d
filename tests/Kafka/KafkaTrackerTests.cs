// Goal: the client that tracks straight into Kafka: what it has sent is in the log whole, in order, and a failure says what to do.
using System.Text;
using System.Text.Json;
using Analytics.Client;
using Analytics.Client.Kafka;
using Analytics.Tests.Log;
using Xunit;

namespace Analytics.Tests.Kafka;

public sealed class KafkaTrackerTests : IDisposable
{
    private readonly MockCluster _cluster = new(brokerCount: 1);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Events_are_in_the_log_when_it_returns_a_metric_s_events_together()
    {
        _cluster.CreateTopic("events", partitions: 1);
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options());
        using var tracker = new KafkaTracker(_cluster.BootstrapServers);
        await tracker.TrackAsync(
        [
            new TrackedEvent("shop", "sale", new { n = 1 }) { Id = "a", Time = DateTimeOffset.UnixEpoch.AddMilliseconds(5) },
            new TrackedEvent("shop", "sale", new { n = 2 }),
            new TrackedEvent("shop", "visit", new { n = 3 }),
        ]);
        Assert.Equal(2, await log.ReadEndAsync(0));
        var entries = await log.ReadAsync(0, 0, 2);
        Assert.Equal(["shop/sale", "shop/visit"], entries.ConvertAll(entry => Encoding.UTF8.GetString(entry.Record.Key.Span)));
        Assert.Equal(
            "{\"project\":\"shop\",\"metric\":\"sale\",\"time\":5,\"id\":\"a\",\"fields\":{\"n\":1}}\n{\"project\":\"shop\",\"metric\":\"sale\",\"fields\":{\"n\":2}}\n",
            entries[0].ValueText());
    }

    [Fact]
    public async Task Many_events_travel_in_messages_of_bounded_size_and_none_is_lost()
    {
        _cluster.CreateTopic("events", partitions: 1);
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options());
        using var tracker = new KafkaTracker(_cluster.BootstrapServers);
        await tracker.TrackAsync(Enumerable.Range(0, 10_000).Select(n => new TrackedEvent("shop", "sale", new { n, text = new string('x', 100) })));
        var count = (int)await log.ReadEndAsync(0);
        Assert.InRange(count, 5, 20);
        var lines = (await log.ReadAsync(0, 0, count)).SelectMany(entry => entry.ValueText().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(Enumerable.Range(0, 10_000), lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("fields").GetProperty("n").GetInt32()));
    }

    [Fact]
    public async Task A_failure_says_whether_to_try_again()
    {
        _cluster.CreateTopic("events", partitions: 1);
        await using var log = await KafkaLogs.OpenAsync(_cluster.Options());
        using var tracker = new KafkaTracker(_cluster.BootstrapServers, properties: new Dictionary<string, string> { ["message.timeout.ms"] = "500" });
        await tracker.TrackAsync([]);
        var tooLarge = await Assert.ThrowsAsync<AnalyticsException>(() => tracker.TrackAsync([new TrackedEvent("p", "m", new { text = new string('x', 2_000_000) })]));
        Assert.Equal(("event_too_large", false), (tooLarge.Code, tooLarge.IsTransient));
        _cluster.SetDown(1);
        var away = await Assert.ThrowsAsync<AnalyticsException>(() => tracker.TrackAsync([new TrackedEvent("p", "m", new { n = 1 })]));
        Assert.Equal(("log_unavailable", true), (away.Code, away.IsTransient));
        _cluster.SetUp(1);
    }

    [Fact]
    public void A_setting_that_the_library_does_not_know_is_refused_in_its_own_words()
    {
        Silo.Log.Kafka.Native.RdKafkaLibrary.Ensure();
        var refused = Assert.Throws<ArgumentException>(() => new KafkaTracker("127.0.0.1:1", properties: new Dictionary<string, string> { ["no.such.setting"] = "1" }));
        Assert.Contains("no.such.setting", refused.Message, StringComparison.Ordinal);
    }
}
