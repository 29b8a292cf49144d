// Goal: a topic of another team's producers, bare JSON with keys and headers, becomes the rows its mapping says; what is broken in it becomes a dead
// letter that can be replayed. A whole silo process; the producer is JavaScript.
using System.Net;
using System.Text;
using System.Text.Json;
using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.Kafka;

public sealed class MappedTopicSiloTests : IDisposable
{
    private readonly MockCluster _cluster = new(brokerCount: 1);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Messages_become_rows_with_time_id_key_and_headers_and_broken_ones_are_replayed()
    {
        _cluster.CreateTopic("events", 1);
        _cluster.CreateTopic("orders", 2);
        await using var silo = await RunningSilo.StartNewAsync(_cluster.Options().Arguments(
            "--Analytics:Kafka:Mappings:0:Topic=orders", "--Analytics:Kafka:Mappings:0:Project=shop", "--Analytics:Kafka:Mappings:0:Metric=orders",
            "--Analytics:Kafka:Mappings:0:TimeField=ts", "--Analytics:Kafka:Mappings:0:TimeUnit=Seconds", "--Analytics:Kafka:Mappings:0:IdField=order_id",
            "--Analytics:Kafka:Mappings:0:KeyField=customer", "--Analytics:Kafka:Mappings:0:HeaderPrefix=h_", "--Analytics:Limits:MessageBytesMax=20000",
            "--Analytics:Limits:EventBytesMax=20000", "--Analytics:Limits:RecordBytesMax=20000", "--Analytics:Limits:StringBytesMax=20000"));
        await new NodeProducer(_cluster.BootstrapServers).SendAsync(
            "orders",
            isGzip: true,
            (KafkaMessage[])
            [
                new("""{"order_id":7,"ts":1732180000,"total":12.5}""") { Key = "ann", Partition = 0, Headers = [("region", "eu"), ("trace", "t1")] },
                new("""{"order_id":7,"ts":1732180000,"total":12.5}""") { Key = "ann", Partition = 0, Headers = [("region", "eu"), ("trace", "t1")] },
                new("""{"order_id":8,"total":"broken""") { Key = "bob", Partition = 0, Headers = [("region", "us")] },
                new(null) { Key = "cid", Partition = 1 },
            ],
            (KafkaMessage[])
            [
                new("""{"order_id":9,"total":1}""") { Partition = 1, TimestampMs = 1_732_180_001_000 },
                new($$"""{"order_id":10,"note":"{{new string('x', 20_000)}}"}""") { Partition = 1 },
                new("""{"order_id":11,"total":3,"order":{"lines":3}}""") { Key = "dan", Partition = 1, TimestampMs = 1_732_180_002_000 },
            ]);
        await silo.UntilTotalAsync("shop", "orders", 3);
        await silo.UntilTotalAsync("analytics", "dead_letters", 3);
        var rows = await silo.QueryAsync("SELECT toUnixTimestamp64Milli(_time) AS ms, _id, toString(total) AS total, customer, h_region, h_trace FROM shop.orders ORDER BY ms");
        Assert.Equal(
            ["1732180000000 7 12.5 ann eu t1", "1732180001000 9 1 - - -", "1732180002000 11 3 dan - -"],
            rows.Select(row => string.Join(' ', row.EnumerateObject().Select(column => column.Value.ValueKind == JsonValueKind.Null ? "-" : column.Value.ToString()))));

        var letters = (await silo.GetAsync("/v1/dead-letters")).GetProperty("dead_letters").EnumerateArray().ToArray();
        Assert.All(letters, letter => Assert.Equal(("orders", "shop", "orders"), (Text(letter, "topic"), Text(letter, "project"), Text(letter, "metric"))));
        Assert.Equal(["json_invalid", "message_empty", "message_too_large"], letters.Select(letter => Text(letter, "code")).Order());

        // The mended ones come back as the same metric's events, with the key of their message.
        var (status, replayed) = await silo.PostAsync("/v1/dead-letters/replay", new StringContent("""{"all":true}""", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(0, replayed.GetProperty("replayed").GetInt32());
        Assert.Equal(0, await silo.StopAsync());
        silo.Settings = [.. silo.Settings.Where(setting => !setting.StartsWith("--Analytics:Limits:", StringComparison.Ordinal))];
        await silo.StartAsync();
        (_, replayed) = await silo.PostAsync("/v1/dead-letters/replay", new StringContent("""{"all":true}""", Encoding.UTF8, "application/json"));
        Assert.True(replayed.GetProperty("replayed").GetInt32() == 1, $"{replayed}");
        await silo.UntilTotalAsync("shop", "orders", 4);
        Assert.Equal("10", (await silo.QueryAsync("SELECT _id FROM shop.orders WHERE length(note) = 20000"))[0].GetProperty("_id").GetString());
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
