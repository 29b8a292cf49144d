// Goal: the broker of the tests is a real one: it keeps what it was sent, across a kill too, lets expire and deletes what it is told to, and never
// outlives the tests.
using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Analytics.Tests.Kafka;

[Collection(KafkaBrokerCollection.Name)]
public sealed class KafkaBrokerTests(KafkaBrokerFixture fixture)
{
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(60);

    private readonly Kcat _kcat = new(fixture.Broker.BootstrapServers, fixture.Broker.ClientProperties);

    [Fact]
    public async Task What_one_client_sends_another_reads()
    {
        var topic = await fixture.CreateTopicAsync(2);
        await _kcat.ProduceAsync(topic, "a:1\nb:2\n", "-K", ":", "-p", "1", "-z", "gzip");
        Assert.Equal([(0, "a", "1"), (1, "b", "2")], (await _kcat.ConsumeAsync(topic, 1)).Select(message => (message.Offset, message.Key, message.Value)));
        Assert.Empty(await _kcat.ConsumeAsync(topic, 0));
    }

    [Fact]
    public async Task What_has_expired_moves_the_start()
    {
        var topic = await fixture.CreateTopicAsync();
        await _kcat.ProduceAsync(topic, "1\n2\n");
        Assert.Equal((0, 2), await fixture.Broker.OffsetsAsync(topic, 0));
        await fixture.Broker.ExpireAsync(topic, 0);
        Assert.Equal((2, 2), await fixture.Broker.OffsetsAsync(topic, 0));
        await _kcat.ProduceAsync(topic, "3\n");
        Assert.Equal([(2, "3")], (await _kcat.ConsumeAsync(topic)).Select(message => (message.Offset, message.Value)));
    }

    [Fact]
    public async Task What_is_taken_away_in_a_restart_moves_the_start()
    {
        await using var broker = await KafkaBroker.StartAsync();
        var kcat = new Kcat(broker.BootstrapServers, broker.ClientProperties);
        await broker.CreateTopicAsync("events", 1);
        await kcat.ProduceAsync("events", "1\n2\n");
        await broker.RestartWithoutMessagesAsync("events", 0);
        await kcat.ProduceAsync("events", "3\n");
        Assert.Equal([(2, "3")], (await kcat.ConsumeAsync("events")).Select(message => (message.Offset, message.Value)));
        Assert.Equal((2, 3), await broker.OffsetsAsync("events", 0));
    }

    [Fact]
    public async Task A_deleted_topic_is_gone_and_can_be_made_anew()
    {
        var topic = await fixture.CreateTopicAsync();
        await _kcat.ProduceAsync(topic, "old\n");
        await fixture.Broker.DeleteTopicAsync(topic);
        await fixture.Broker.CreateTopicAsync(topic, 1);
        await _kcat.ProduceAsync(topic, "new\n");
        Assert.Equal([(0, "new")], (await _kcat.ConsumeAsync(topic)).Select(message => (message.Offset, message.Value)));
    }

    [Fact]
    public async Task What_was_sent_survives_a_kill()
    {
        await using var broker = await KafkaBroker.StartAsync();
        var kcat = new Kcat(broker.BootstrapServers, broker.ClientProperties);
        await broker.CreateTopicAsync("events", 1);
        await kcat.ProduceAsync("events", "before\n");
        await broker.KillAsync();
        Assert.False(IsRunning(broker.ProcessId));
        await broker.RestartAsync();
        await kcat.ProduceAsync("events", "after\n");
        Assert.Equal(["before", "after"], (await kcat.ConsumeAsync("events")).Select(message => message.Value));
    }

    [Fact]
    public async Task A_broker_does_not_outlive_the_tests()
    {
        var folder = Directory.CreateTempSubdirectory("analytics-kafka-owner-").FullName;
        int[] started = [];
        try
        {
            var ids = Path.Combine(folder, "ids");
            var start = new ProcessStartInfo(Environment.ProcessPath!, ["-noLogo", "-explicit", "only", "-class", typeof(KafkaBrokerOwner).FullName!])
            {
                RedirectStandardOutput = true,
            };
            start.Environment[KafkaBrokerOwner.FileVariable] = ids;
            start.Environment["TMPDIR"] = folder;
            using var owner = Process.Start(start)!;
            await Eventually.IsTrueAsync(() => Task.FromResult(File.Exists(ids) || owner.HasExited), EndMax, () => "the broker did not start");
            started = [.. (await File.ReadAllLinesAsync(ids)).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
            Assert.All(started, id => Assert.True(IsRunning(id)));
            owner.Kill();
            await Eventually.IsTrueAsync(() => Task.FromResult(!Array.Exists(started, IsRunning)), EndMax, () => "they still run");
        }
        finally
        {
            foreach (var id in started.Where(IsRunning))
            {
                Process.GetProcessById(id).Kill();
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    // A process that has ended stays listed as a zombie until whoever has adopted it asks for its exit code.
    private static bool IsRunning(int processId)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{processId}/stat");
            return text[text.LastIndexOf(')') + 2] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }
}
