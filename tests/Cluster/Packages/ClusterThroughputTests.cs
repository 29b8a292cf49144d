// Goal: how much sooner two silos have read a log than one. Explicit: it says something only on a machine with more cores than both use, and nothing else running.
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Analytics.Silo.Log;
using Analytics.Tests.Kafka;
using Analytics.Tests.Postgres;
using Xunit;

namespace Analytics.Tests.Cluster.Packages;

[Collection(KafkaBrokerCollection.Name)]
public sealed class ClusterThroughputTests(KafkaBrokerFixture broker, PostgresFixture postgres, ITestOutputHelper output)
{
    private const int EventsOfRecord = 200;

    private static readonly byte[] Key = "shop/m0"u8.ToArray();

    private static int Records => int.Parse(Environment.GetEnvironmentVariable("CLUSTER_RECORDS") ?? "5000", CultureInfo.InvariantCulture);

    [Theory(Explicit = true)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_log_that_is_there_is_read_to_its_end(int count)
    {
        var topic = await broker.CreateTopicAsync(partitions: ClusterRun.Queues);
        var options = broker.Broker.Options(topic, group: topic);
        await FillAsync(topic);
        await using var cluster = await ClusterRun.StartAsync(options, await postgres.CreateDatabaseAsync());
        var silos = await cluster.AddAsync(count);
        var begin = Stopwatch.GetTimestamp();
        await Eventually.IsTrueAsync(() => KafkaLogs.IsDrainedAsync(options), TimeSpan.FromMinutes(5), () => silos[0].Output);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} silo(s): {Records * EventsOfRecord / seconds:N0} events a second from ready to committed, {seconds:0.0} s"));
        await cluster.AuditAsync(silos[0]);
    }

    private async Task FillAsync(string topic)
    {
        await using var log = await KafkaLogs.OpenAsync(broker.Broker.Options(topic, group: "filler"));
        var partitions = log.WritablePartitions;
        for (var record = 0; record < Records; record++)
        {
            var text = new StringBuilder();
            for (var i = 0; i < EventsOfRecord; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{{\"project\":\"shop\",\"metric\":\"m{i % ClusterLoad.Metrics}\",\"fields\":{{\"n\":{i},\"record\":{record}}}}}\n");
            }

            await log.AppendAsync(partitions[record % partitions.Count], new LogRecord(Key, Encoding.UTF8.GetBytes(text.ToString()), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()));
        }
    }
}
