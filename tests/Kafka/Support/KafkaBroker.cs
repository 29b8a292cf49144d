using System.Collections.Concurrent;
using System.Text.Json;
using Xunit;

namespace Analytics.Tests.Kafka;

/// <summary>
/// A real Kafka broker (0.9.0.1, with its ZooKeeper) on free ports of 127.0.0.1, all of its files in a folder of its own. It can be killed, paused
/// and started again on the same port and files. Clients need <see cref="ClientProperties"/>. Kafka 0.9 keeps no headers and no timestamps and knows no
/// idempotent producers or transactions; <see cref="MockCluster"/> speaks today's protocol.
/// </summary>
internal sealed class KafkaBroker : IAsyncDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    // Kafka's first look at what has expired comes 30 s after its start, whatever the interval says.
    private static readonly TimeSpan ExpireMax = TimeSpan.FromSeconds(60);

    private readonly int _port = FreePort.Next();
    private readonly int _zooKeeperPort = FreePort.Next();
    private readonly string _home;
    private readonly ConcurrentDictionary<string, int> _topics = new();
    private BoundProcess? _zooKeeper;
    private BoundProcess? _broker;

    private KafkaBroker(string home, string directory)
    {
        _home = home;
        DataDirectory = directory;
    }

    /// <summary>What a client connects to.</summary>
    public string BootstrapServers => $"127.0.0.1:{_port}";

    /// <summary>
    /// librdkafka's properties that a client of this broker needs besides the servers: it cannot be asked for its version, and takes sessions of 1 to
    /// 30 s. A producer says that it has no use for the session.
    /// </summary>
    public IReadOnlyDictionary<string, string> ClientProperties { get; } = new Dictionary<string, string>
    {
        ["api.version.request"] = "false",
        ["broker.version.fallback"] = "0.9.0.1",
        ["session.timeout.ms"] = "6000",
        ["reconnect.backoff.max.ms"] = "500",

        // Tests open readers by the dozen, and each waits for this.
        ["fetch.wait.max.ms"] = "20",
    };

    /// <summary>Where broker and ZooKeeper keep everything; deleted at the end.</summary>
    public string DataDirectory { get; }

    /// <summary>The process id of the broker.</summary>
    public int ProcessId => _broker!.Id;

    /// <summary>The process id of its ZooKeeper.</summary>
    public int ZooKeeperProcessId => _zooKeeper!.Id;

    /// <summary>What the broker said last.</summary>
    public string Output => _broker!.Output;

    /// <summary>Starts ZooKeeper and a broker without topics.</summary>
    public static async Task<KafkaBroker> StartAsync()
    {
        var broker = new KafkaBroker(KafkaHome(), Directory.CreateTempSubdirectory("analytics-kafka-").FullName);
        try
        {
            KafkaBrokerFiles.Write(broker.DataDirectory, broker._port, broker._zooKeeperPort);
            broker._zooKeeper = broker.StartJava(
                "binding to port", "-Xmx64m", "org.apache.zookeeper.server.quorum.QuorumPeerMain", KafkaBrokerFiles.ZooKeeper);
            await broker._zooKeeper.UntilReadyAsync(StartMax);
            await broker.StartBrokerAsync();
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a topic and waits until each of its partitions has a leader.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="partitions">How many partitions.</param>
    /// <param name="config">Settings of the topic, for example <c>segment.bytes</c>; the broker's without.</param>
    public async Task CreateTopicAsync(string name, int partitions, IReadOnlyDictionary<string, string>? config = null)
    {
        var assignment = Enumerable.Range(0, partitions).ToDictionary(partition => $"{partition}", _ => new[] { KafkaBrokerFiles.BrokerId });
        await using var zooKeeper = await ZooKeeperClient.ConnectAsync(_zooKeeperPort);
        await zooKeeper.CreateAsync($"/config/topics/{name}", ConfigText(config));
        Assert.True(
            await zooKeeper.CreateAsync($"/brokers/topics/{name}", JsonSerializer.Serialize(new { version = 1, partitions = assignment })),
            $"There is a topic {name} already.");
        await UntilReadyAsync(name, partitions);
        _topics[name] = partitions;
    }

    /// <summary>Gives a topic more partitions and waits until each has a leader.</summary>
    public async Task AddPartitionsAsync(string name, int partitions)
    {
        var assignment = Enumerable.Range(0, partitions).ToDictionary(partition => $"{partition}", _ => new[] { KafkaBrokerFiles.BrokerId });
        await using var zooKeeper = await ZooKeeperClient.ConnectAsync(_zooKeeperPort);
        Assert.True(await zooKeeper.SetAsync($"/brokers/topics/{name}", JsonSerializer.Serialize(new { version = 1, partitions = assignment })), $"There is no topic {name}.");
        await UntilReadyAsync(name, partitions);
        _topics[name] = partitions;
    }

    /// <summary>Deletes a topic and waits until the broker has forgotten it.</summary>
    public async Task DeleteTopicAsync(string name)
    {
        await using var zooKeeper = await ZooKeeperClient.ConnectAsync(_zooKeeperPort);
        await zooKeeper.CreateAsync($"/admin/delete_topics/{name}", string.Empty);
        await Eventually.IsTrueAsync(
            async () => !await zooKeeper.ExistsAsync($"/brokers/topics/{name}"), StartMax, () => $"{name} is still there.\n{Output}");
        await UntilReadyAsync(name, 0);
        _topics.TryRemove(name, out _);
    }

    /// <summary>Replaces all settings that a topic has of its own, for example <c>retention.ms</c> or <c>max.message.bytes</c>.</summary>
    public async Task SetTopicConfigAsync(string name, IReadOnlyDictionary<string, string> config)
    {
        await using var zooKeeper = await ZooKeeperClient.ConnectAsync(_zooKeeperPort);
        Assert.True(await zooKeeper.SetAsync($"/config/topics/{name}", ConfigText(config)), $"There is no topic {name}.");
        var change = JsonSerializer.Serialize(new { version = 1, entity_type = "topics", entity_name = name });
        await zooKeeper.CreateAsync("/config/changes/config_change_", change, isNumbered: true);
    }

    /// <summary>
    /// Lets everything in a partition expire: afterwards it begins where it ended. Up to half a minute when the broker has just started, then a
    /// fraction of a second; clients stay connected. The topic keeps no settings of its own.
    /// </summary>
    public async Task ExpireAsync(string topic, int partition)
    {
        var (_, end) = await OffsetsAsync(topic, partition);
        await SetTopicConfigAsync(topic, new Dictionary<string, string> { ["retention.ms"] = "1" });
        await Eventually.IsTrueAsync(
            async () => (await OffsetsAsync(topic, partition)).Start >= end, ExpireMax, () => $"{topic}/{partition} has not expired.\n{Output}");
        await SetTopicConfigAsync(topic, new Dictionary<string, string>());
    }

    /// <summary>The first offset that a partition still has, and the one that its next message gets.</summary>
    public Task<(long Start, long End)> OffsetsAsync(string topic, int partition) => KafkaWire.OffsetsAsync(_port, topic, partition);

    /// <summary>Kills the broker as a crash would; ZooKeeper goes on.</summary>
    public Task KillAsync() => _broker!.KillAsync();

    /// <summary>Stops the broker in the middle of whatever it does: connections stay open and nobody answers.</summary>
    public void Pause() => _broker!.Pause();

    /// <summary>Lets a paused broker go on.</summary>
    public void Resume() => _broker!.Resume();

    /// <summary>Starts a killed broker on the same port and files; kills it first when it runs. Waits until its topics have leaders.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        await _broker!.DisposeAsync();
        await using (var zooKeeper = await ZooKeeperClient.ConnectAsync(_zooKeeperPort))
        {
            // What the dead broker's session would hold until it expires.
            await zooKeeper.DeleteAsync($"/brokers/ids/{KafkaBrokerFiles.BrokerId}");
            await zooKeeper.DeleteAsync("/controller");
        }

        await StartBrokerAsync();
        foreach (var (topic, partitions) in _topics)
        {
            await UntilReadyAsync(topic, partitions);
        }
    }

    /// <summary>
    /// Restarts the broker with a partition that has lost its messages as retention would have it: it begins where it ended. The quick way where a
    /// restart does no harm, see <see cref="ExpireAsync"/>.
    /// </summary>
    public async Task RestartWithoutMessagesAsync(string topic, int partition)
    {
        var (_, end) = await OffsetsAsync(topic, partition);
        await KillAsync();
        var folder = Path.Combine(DataDirectory, "kafka", $"{topic}-{partition}");
        Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);

        // A segment's name is its first offset.
        await File.WriteAllBytesAsync(Path.Combine(folder, $"{end:D20}.log"), []);
        await RestartAsync();
        Assert.Equal((end, end), await OffsetsAsync(topic, partition));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await (_broker?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_zooKeeper?.DisposeAsync() ?? ValueTask.CompletedTask);
        Directory.Delete(DataDirectory, recursive: true);
    }

    private static string KafkaHome() => Environment.GetEnvironmentVariable("KAFKA_BROKER_HOME")
        ?? throw new InvalidOperationException("KAFKA_BROKER_HOME is not set: ./test does it; otherwise set it to what eng/fetch-kafka-broker.sh prints.");

    private static string ConfigText(IReadOnlyDictionary<string, string>? config) =>
        JsonSerializer.Serialize(new { version = 1, config = config ?? new Dictionary<string, string>() });

    private async Task StartBrokerAsync()
    {
        _broker = StartJava("started (kafka.server.KafkaServer)", "-Xmx384m", "kafka.Kafka", KafkaBrokerFiles.Broker);
        await _broker.UntilReadyAsync(StartMax);
    }

    private BoundProcess StartJava(string readyText, string heap, string mainClass, string file)
    {
        var jars = Directory.GetFiles(Path.Combine(_home, "libs"), "*.jar").Where(jar => !Path.GetFileName(jar).StartsWith("kafka_", StringComparison.Ordinal))
            .Append(Path.Combine(_home, "libs", "kafka_2.11-0.9.0.1.jar"));

        // Serial and without the optimizing compiler: a short life on a shared machine.
        return BoundProcess.Start(
            readyText,
            "java", heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Djava.awt.headless=true",
            $"-Dlog4j.configuration=file:{Path.Combine(DataDirectory, KafkaBrokerFiles.Logging)}",
            "-cp", string.Join(':', jars), mainClass, Path.Combine(DataDirectory, file));
    }

    private async Task UntilReadyAsync(string topic, int partitions)
    {
        await Eventually.IsTrueAsync(
            async () => await KafkaWire.ReadyPartitionsAsync(_port, topic) == partitions,
            StartMax,
            () => $"{topic} does not have {partitions} partitions with a leader.\n{Output}");
        for (var partition = 0; partition < partitions; partition++)
        {
            var number = partition;
            await Eventually.IsTrueAsync(() => KafkaWire.IsLedAsync(_port, topic, number), StartMax, () => $"Nobody leads {topic}/{number}.\n{Output}");
        }
    }
}
