// Goal: a dead letter of a topic of other producers becomes, replayed, the event it would have been: by the mapping the topic has now, with the key
// and the headers of its message. Real tables.
using System.Buffers;
using System.Text;
using Analytics.Silo.Log;
using Analytics.Silo.Log.Kafka;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Decode;
using Xunit;

namespace Analytics.Tests.Http;

[Collection(DeadLetterTable.Collection)]
public sealed class MappedReplayTests(EngineFixture fixture) : IAsyncDisposable
{
    private static readonly KafkaMapping Orders = new()
    {
        Topic = "orders",
        Project = "shop",
        Metric = "m\"o",
        TimeField = "ts",
        TimeUnit = "Seconds",
        IdField = "order_id",
        KeyField = "key",
        HeaderPrefix = "h_",
    };

    private readonly EventLogDouble _log = new();

    [Theory]
    [InlineData("""{"order_id":7,"ts":1732180000.5,"a":{"ts":1},"s":"\u00fc"}""", "@1732180000500 #7 a_ts=i1 h_x=s<ü> key_base64=s/wA= s=sü")]
    [InlineData("""{"s":[1, 2.0],"\u0074s":"2026-11-20T10:00:00.001Z","order_\u0069d":"a\"b","z":null}""", "@1795168800001 #a\"b h_x=s<ü> key_base64=s/wA= s=f[1,2]")]
    [InlineData("""{"order_id":"","ts":null}""", "#dead-letter:0:1:0 h_x=s<ü> key_base64=s/wA=")]
    [InlineData("{}\n{\"order_id\":1}", "#dead-letter:0:1:0:0 h_x=s<ü> key_base64=s/wA=", "#1 h_x=s<ü> key_base64=s/wA=")]
    public async Task A_letter_becomes_what_its_message_would_have_been(string raw, params string[] expected)
    {
        var server = await StartAsync(raw, Orders);
        await using var _ = server;
        Assert.Equal(1, (await server.PostAsync("/v1/dead-letters/replay", """{"all":true}""")).Json.GetProperty("replayed").GetInt32());
        Assert.Equal(expected.Select(line => "shop/m\"o " + line), _log.Records.SelectMany(record => Decoding.Lines(record.Value)));
        Assert.All(_log.Records, record => Assert.Equal("shop/m\"o", Encoding.UTF8.GetString(record.Key)));
        Assert.Equal("orders", (await server.GetAsync("/v1/dead-letters")).Json.GetProperty("dead_letters")[0].GetProperty("topic").GetString());
    }

    [Theory]
    [InlineData("""{"h_x":1}""", "field_duplicate")]
    [InlineData("""{"_time":1}""", "field_name_reserved")]
    [InlineData("""{"ts":"?"}""", "time_invalid")]
    public async Task What_its_mapping_still_refuses_stays(string raw, string code)
    {
        var server = await StartAsync(raw, Orders);
        await using var _ = server;
        await StaysAsync(server, code);
    }

    [Fact]
    public async Task Without_its_mapping_a_letter_stays_since_its_time_and_id_are_not_known()
    {
        var server = await StartAsync("""{"order_id":7}""", Orders with { Topic = "others" });
        await using var _ = server;
        await StaysAsync(server, "mapping_missing");
    }

    [Fact]
    public async Task A_mapping_that_has_changed_counts_as_it_is_now()
    {
        var server = await StartAsync("""{"h_x":1,"key":2}""", Orders with { Project = "new", KeyField = null, HeaderPrefix = "g_", IdField = "key" });
        await using var _ = server;
        await server.PostAsync("/v1/dead-letters/replay", """{"all":true}""");
        Assert.Equal("new/m\"o #2 g_x=s<ü> h_x=i1", Assert.Single(Decoding.Lines(Assert.Single(_log.Records).Value)));
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _log.DisposeAsync();

    private async Task StaysAsync(HttpTestServer server, string code)
    {
        var answer = (await server.PostAsync("/v1/dead-letters/replay", """{"all":true}""")).Json;
        Assert.Equal(code, answer.GetProperty("still_refused")[0].GetProperty("code").GetString());
        Assert.Empty(_log.Records);
    }

    private async Task<HttpTestServer> StartAsync(string raw, KafkaMapping mapping)
    {
        var headers = new ArrayBufferWriter<byte>();
        LogHeaders.Append(headers, "x"u8, "<ü>"u8);
        LogHeaders.AppendNull(headers, "none"u8);
        var table = await DeadLetterTable.OpenAsync(fixture);
        await table.AddAsync("0:1:0", raw, project: "shop", metric: "m\"o", bare: true);
        await table.AddTopicAsync("orders", [0xFF, 0x00], headers.WrittenSpan.ToArray());
        return await HttpTestServer.StartAsync(log: _log, engine: table.Engine, kafka: new KafkaOptions { Mappings = [mapping] });
    }
}
