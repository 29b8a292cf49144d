// Goal: with a receiver configured, the way of one event is one trace from its request to its insert, metrics and log lines arrive with it; without one nothing
// is sent and nothing is written to the log for it.
using System.Text;
using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.Telemetry;

public sealed class TraceTests
{
    private static readonly string[] Quick =
    [
        "--OTEL_BSP_SCHEDULE_DELAY=100", "--OTEL_BLRP_SCHEDULE_DELAY=100", "--OTEL_METRIC_EXPORT_INTERVAL=500",
        "--Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics=Information",
    ];

    private static readonly string[] Way = ["append", "decode", "deliver", "apply", "insert"];

    [Fact]
    public async Task The_way_of_an_event_is_one_trace_from_request_to_insert()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var silo = await RunningSilo.StartNewAsync(
            [.. Quick, "--Analytics:Telemetry:Otlp:Endpoint=" + receiver.Url, "--Analytics:Telemetry:Otlp:Headers=x-key=open", "--Analytics:Telemetry:TracedPerMillion=1000000"]);
        await silo.PostEventsAsync("""{"project":"shop","metric":"purchase","fields":{"amount":1}}"""u8.ToArray());
        await Eventually.TrueAsync(() => receiver.Spans.Any(span => span.Name == "insert"), () => Names(receiver) + silo.Output);

        var insert = receiver.Spans.First(span => span.Name == "insert");
        await Eventually.TrueAsync(() => Way.All(name => receiver.Spans.Any(span => span.TraceId == insert.TraceId && span.Name == name)), () => Names(receiver));
        var trace = receiver.Spans.Where(span => span.TraceId == insert.TraceId).ToArray();
        var request = Assert.Single(trace, span => span.Name.StartsWith("POST", StringComparison.Ordinal));
        Assert.Equal("/v1/events", request.Tags["http.route"]);
        var before = request;
        foreach (var name in Way)
        {
            var span = Assert.Single(trace, span => span.Name == name);
            Assert.Equal(name == "apply" ? Assert.Single(trace, decode => decode.Name == "decode").SpanId : before.SpanId, span.ParentId);
            Assert.InRange(span.EndNanos, span.StartNanos, ulong.MaxValue);
            before = span;
        }

        Assert.Equal(("clickhouse", "shop", "purchase", "1"), (insert.Tags["db.system.name"], insert.Tags["db.namespace"], insert.Tags["db.collection.name"], insert.Tags["analytics.rows"]));
        Assert.Equal("analytics", receiver.Resource["service.name"]);
        Assert.All(receiver.Keys, key => Assert.Equal("open", key));
        Assert.Contains("traceparent", LogText(silo), StringComparison.Ordinal);
        await Eventually.TrueAsync(
            () => receiver.Metrics.Contains("analytics.collector.events.accepted") && receiver.Metrics.Contains("analytics.metrics.freshness"), () => string.Join(' ', receiver.Metrics));
        await Eventually.TrueAsync(() => receiver.Lines.Any(line => line.TraceId == insert.TraceId), () => string.Join('\n', receiver.Lines));
        Assert.DoesNotContain(receiver.Spans, span => span.Name.Contains("readyz", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Senders_decide_for_their_own_trace_and_what_is_not_sampled_leaves_nothing()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var silo = await RunningSilo.StartNewAsync(
            [.. Quick, "--OTEL_EXPORTER_OTLP_ENDPOINT=" + receiver.Url, "--Analytics:Telemetry:TracedPerMillion=0", "--Analytics:Telemetry:Otlp:Metrics=Off"]);
        const string trace = "0af7651916cd43dd8448eb211c80319c";
        await silo.PostEventsAsync("""{"project":"shop","metric":"quiet","fields":{"amount":1}}"""u8.ToArray());
        await silo.QueryAsync("SELECT 1");
        Assert.DoesNotContain("traceparent", LogText(silo), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/events") { Content = new StringContent("""{"project":"shop","metric":"told","fields":{"amount":1}}""") };
        request.Headers.Add("traceparent", $"00-{trace}-b7ad6b7169203331-01");
        using var answer = await silo.Http.SendAsync(request);
        await Eventually.TrueAsync(() => receiver.Spans.Any(span => span.Name == "insert"), () => Names(receiver) + silo.Output);
        Assert.All(receiver.Spans, span => Assert.Equal(trace, span.TraceId));
        Assert.Empty(receiver.Metrics);
    }

    [Fact]
    public async Task Nothing_is_sent_when_it_is_off()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var silo = await RunningSilo.StartNewAsync(
            [.. Quick, "--Analytics:Telemetry:Otlp:Endpoint=" + receiver.Url, "--OTEL_SDK_DISABLED=true", "--Analytics:Telemetry:TracedPerMillion=1000000"]);
        await silo.PostEventsAsync("""{"project":"shop","metric":"purchase","fields":{"amount":1}}"""u8.ToArray());
        await silo.GetAsync("/v1/projects/shop/metrics/purchase");
        Assert.Single(await silo.QueryAsync("SELECT amount FROM shop.purchase"));
        Assert.DoesNotContain("traceparent", LogText(silo), StringComparison.Ordinal);

        // A stop sends what is left.
        Assert.Equal(0, await silo.StopAsync());
        Assert.Equal(0, receiver.RequestCount);
    }

    private static string Names(OtlpReceiver receiver) => string.Join(' ', receiver.Spans.Select(span => span.Name)) + "\n";

    private static string LogText(RunningSilo silo) => string.Concat(
        Directory.EnumerateFiles(Path.Combine(silo.DataDirectory, "log"), "*.segment", SearchOption.AllDirectories).Select(Read));

    private static string Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file, Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
