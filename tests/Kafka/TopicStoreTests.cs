// Goal: what partition numbers mean and how far partitions are durable is kept in the real tables beside the rows; tables of one log are never filled
// from another one unless its numbers cannot be mixed up with theirs.
using Analytics.Silo.Configuration;
using Analytics.Silo.Hosting;
using Analytics.Silo.Log;
using Analytics.Silo.Cluster;
using Analytics.Silo.Log.Kafka.Topics;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Http;
using Xunit;

namespace Analytics.Tests.Kafka;

// The tables of the engine are everybody's: dead letters count as rows of a log.
[Collection(DeadLetterTable.Collection)]
public sealed class TopicStoreTests(EngineFixture fixture) : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("analytics-topics-");
    private TopicStore _store = null!;
    private DeadLetterTable _table = null!;

    public async ValueTask InitializeAsync()
    {
        _table = await DeadLetterTable.OpenAsync(fixture);
        await _table.Engine.ExecuteAsync("TRUNCATE TABLE analytics.log_topics");
        await _table.Engine.ExecuteAsync("TRUNCATE TABLE analytics.log_offsets");
        await _table.Engine.ExecuteAsync("TRUNCATE TABLE analytics.metrics");
        _store = new TopicStore(_table.Engine, new LocalLock());
    }

    public ValueTask DisposeAsync()
    {
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Numbers_are_read_back_as_they_were_given()
    {
        Assert.Empty(await _store.ReadNumbersAsync(CancellationToken.None));
        TopicNumber[] numbers = [new("", "events", 0), new("cluster'\\ü", "orders.eu-1_x", 1), new("", "events", 32767)];
        foreach (var number in numbers)
        {
            await _store.AddAsync(number, CancellationToken.None);
        }

        Assert.Equal(numbers, await new TopicStore(_table.Engine, new LocalLock()).ReadNumbersAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Durable_offsets_only_rise()
    {
        Assert.Empty(await _store.ReadDurableAsync(CancellationToken.None));
        await _store.SaveDurableAsync(new Dictionary<int, long> { [0] = 7, [65536] = long.MaxValue - 1, [int.MaxValue] = 1 }, CancellationToken.None);
        await _store.SaveDurableAsync(new Dictionary<int, long> { [0] = 5, [int.MaxValue] = 2 }, CancellationToken.None);
        Assert.Equal(
            [new(0, 7), new(65536, long.MaxValue - 1), new(int.MaxValue, 2)],
            (await _store.ReadDurableAsync(CancellationToken.None)).OrderBy(pair => pair.Key));
    }

    [Fact]
    public async Task Tables_of_a_file_log_go_on_from_Kafka_under_other_numbers()
    {
        Directory.CreateDirectory(Path.Combine(_directory.FullName, "log"));
        await CheckAsync(LogOptions.File);
        await CheckAsync(LogOptions.File);
        await CheckAsync("Kafka");
        Assert.Equal([TopicNumber.File], await _store.ReadNumbersAsync(CancellationToken.None));
        using var cluster = new MockCluster(brokerCount: 1);
        cluster.CreateTopic("events", 2);
        await using (var log = await KafkaLogs.OpenAsync(cluster.Options(), _store))
        {
            Assert.Equal([65536, 65537], log.Partitions);
        }

        await CheckAsync(LogOptions.File);
    }

    [Fact]
    public async Task Rows_of_a_file_log_from_before_there_were_numbers_keep_number_0()
    {
        await _table.AddAsync("0:0:0", "{}");
        await CheckAsync("Kafka");
        Assert.Equal([TopicNumber.File], await _store.ReadNumbersAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Tables_of_Kafka_are_not_filled_from_a_file_log()
    {
        await CheckAsync("Kafka");
        Assert.Empty(await _store.ReadNumbersAsync(CancellationToken.None));
        using var cluster = new MockCluster(brokerCount: 1);
        cluster.CreateTopic("events", 2);
        await using (var log = await KafkaLogs.OpenAsync(cluster.Options(), _store))
        {
            Assert.Equal([0, 1], log.Partitions);
            await log.CommitAsync(1, 17);
        }

        Assert.Equal([new(1, 17)], await _store.ReadDurableAsync(CancellationToken.None));
        await CheckAsync("Kafka");
        var refused = await Assert.ThrowsAsync<EventLogException>(() => CheckAsync(LogOptions.File));
        Assert.Equal(
            $"The tables in {_directory.FullName} were filled from Kafka (topic events): events of a file log would be taken for ones of that topic. "
            + "Start with Analytics:Log:Kind=Kafka, or with another DataDirectory.",
            refused.Message);
        Assert.False(Directory.Exists(Path.Combine(_directory.FullName, "log")));
    }

    private Task CheckAsync(string kind)
    {
        var options = new AnalyticsOptions { DataDirectory = _directory.FullName, Log = new LogOptions { Kind = kind } };
        return LostLog.CheckAsync(options, LostLog.IsThere(options), _table.Engine, _store, CancellationToken.None);
    }
}
