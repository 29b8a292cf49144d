// Goal: a record's trace comes back from every log: from files, across a restart, and from Kafka, where other producers' traces are read, too.
using System.Text;
using Analytics.Silo.Log;
using Analytics.Tests.Kafka;
using Analytics.Tests.Log;
using Xunit;

namespace Analytics.Tests.Telemetry;

public sealed class LogTraceTests : IDisposable
{
    private readonly SpanListener _listener = new();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task A_file_log_keeps_headers_among_records_without()
    {
        using var directory = new TempDirectory();
        LogRecord[] records = [Records.Text("k", "plain"), Traced("k", "traced"), Records.Text("", ""), Traced("", "")];
        await FileLogs.MakeAsync(directory.Path, records);
        await using var log = FileLogs.Open(directory.Path);
        var read = await log.ReadAsync(0, 0, records.Length);
        for (var i = 0; i < records.Length; i++)
        {
            Records.AssertSame(records[i], read[i].Record);
            Assert.Equal(i % 2 == 1, LogTrace.TryRead(read[i].Record.Headers.Span, out _));
        }
    }

    [Fact]
    public async Task A_topic_keeps_headers_and_other_producers_traces_are_read()
    {
        using var cluster = new MockCluster(brokerCount: 1);
        cluster.CreateTopic("events", 1);
        await using var log = await KafkaLogs.OpenAsync(cluster.Options());
        await log.AppendAllAsync(0, [Records.Text("k", "plain"), Traced("k", "traced")]);
        await new NodeProducer(cluster.BootstrapServers).SendAsync(
            "events", isGzip: false, (KafkaMessage[])[new("theirs") { Partition = 0, Headers = [("region", "eu"), ("traceparent", SpanListener.Parent)] }]);
        var read = await log.ReadAsync(0, 0, 3);
        Assert.True(read[0].Record.Headers.IsEmpty);
        foreach (var entry in read[1..])
        {
            Assert.Equal([$"traceparent={SpanListener.Parent}"], KafkaHeaderTexts.Of(entry.Record.Headers));
            Assert.True(LogTrace.TryRead(entry.Record.Headers.Span, out var parent));
            Assert.Equal(SpanListener.TraceId, parent.TraceId.ToHexString());
        }
    }

    private static LogRecord Traced(string key, string value)
    {
        var headers = new System.Buffers.ArrayBufferWriter<byte>();
        LogHeaders.Append(headers, LogTrace.HeaderName, Encoding.ASCII.GetBytes(SpanListener.Parent));
        return Records.Text(key, value) with { Headers = headers.WrittenMemory };
    }
}
