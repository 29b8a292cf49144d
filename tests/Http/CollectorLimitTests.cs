// Goal: each limit of the collector holds to the byte on both sides, and a refusal for want of memory or log promises nothing and leaks nothing.
using System.Text;
using Analytics.Grains.Configuration;
using Analytics.Silo.Http;
using Analytics.Silo.Http.Collect;
using Analytics.Silo.Log;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class CollectorLimitTests
{
    private const int BodyBytesMax = 20_000;

    private static readonly LimitsOptions Small = new()
    {
        BodyBytesMax = BodyBytesMax,
        EventBytesMax = 2_000,
        RecordBytesMax = 1_024,
        StringBytesMax = 2_000,
    };

    [Theory]
    [InlineData(null, false)]
    [InlineData(null, true)]
    [InlineData("gzip", false)]
    [InlineData("br", true)]
    [InlineData("deflate", true)]
    public async Task A_body_may_have_all_bytes_and_not_one_more(string? coding, bool isChunked)
    {
        await using var server = await HttpTestServer.StartAsync(Small);
        var body = Body(BodyBytesMax);
        var answer = await server.PostAsync("/v1/events", Pack.As(coding ?? string.Empty, body), coding, isChunked);
        Assert.Equal((202, 1), (answer.Status, answer.Accepted));
        var larger = Body(BodyBytesMax + 1);
        (await server.PostAsync("/v1/events", Pack.As(coding ?? string.Empty, larger), coding, isChunked)).MustBeProblem(413, "body_too_large");
        Assert.Equal(1, (await DecodedLog.ReadAsync(server.Log, server.Limits)).RowCount);
        Assert.Equal(0, server.Services.GetRequiredService<BodyMemory>().Bytes);
    }

    [Fact]
    public async Task A_compression_bomb_is_413_and_takes_no_memory_beyond_the_limit()
    {
        await using var server = await HttpTestServer.StartAsync(Small);
        var bomb = Pack.Gzip(new byte[50_000_000]);
        Assert.True(bomb.Length > BodyBytesMax);
        (await server.PostAsync("/v1/events", bomb, "gzip")).MustBeProblem(413, "body_too_large");
        bomb = Pack.Gzip(Pack.Gzip(new byte[50_000_000]));
        Assert.True(bomb.Length < BodyBytesMax);
        (await server.PostAsync("/v1/events", bomb, "gzip, gzip")).MustBeProblem(413, "body_too_large");
        (await server.PostAsync("/v1/events", bomb, "gzip")).MustBeProblem(413, "body_too_large");
    }

    [Fact]
    public async Task An_event_over_its_limit_is_a_dead_letter_also_when_it_is_far_over()
    {
        await using var server = await HttpTestServer.StartAsync(Small);
        foreach (var (size, accepted) in new[] { (2_000, 1), (2_001, 0), (15_000, 0) })
        {
            var answer = await server.PostAsync("/v1/events", Event(size));
            Assert.Equal((202, accepted, 1 - accepted), (answer.Status, answer.Accepted, answer.Rejected));
        }

        var decoded = await DecodedLog.ReadAsync(server.Log, server.Limits);
        Assert.Equal(1, decoded.RowCount);
        Assert.Equal(["event_too_large", "event_too_large"], decoded.Codes);
    }

    [Fact]
    public async Task A_large_body_is_cut_between_events_and_no_record_is_larger_than_its_limit_or_its_event()
    {
        var log = new EventLogDouble();
        await using var server = await HttpTestServer.StartAsync(Small, log: log);
        // Brackets and a comma are three bytes: 500 and 521 fill a record, 500 and 522 do not fit one.
        var events = new[] { 1_022, 500, 521, 500, 522, 1_023, 2_000, 90, 90, 90, 700, 100 };
        var body = "[" + string.Join(",\n", events.Select(size => Encoding.UTF8.GetString(Event(size).Span))) + "]";
        var answer = await server.PostAsync("/v1/events", body);
        Assert.Equal((events.Length, 0), (answer.Accepted, answer.Rejected));
        Assert.Equal(events.Length, DecodedLog.Read(log, Small).RowCount);
        foreach (var (_, _, value) in log.Records)
        {
            var one = new List<Analytics.Silo.Ingest.Decode.SplitEvent>();
            new Analytics.Silo.Ingest.Decode.EventSplitter(Small).Split(value, one);
            Assert.True(value.Length <= Small.RecordBytesMax || one.Count == 1, $"{value.Length} bytes with {one.Count} events");
        }

        Assert.Equal([1_024, 1_024, 502, 524, 1_025, 2_002, 975, 102], log.Records.Select(record => record.Value.Length));
    }

    [Fact]
    public async Task Bodies_beyond_their_memory_are_429_until_memory_is_back()
    {
        var gate = new TaskCompletionSource();
        var log = new EventLogDouble { Gate = gate.Task };
        var options = new HttpOptions { BodiesBytesMax = 30_000, RetryAfterSeconds = 7 };
        await using var server = await HttpTestServer.StartAsync(Small with { RecordBytesMax = BodyBytesMax }, options, log);
        var memory = server.Services.GetRequiredService<BodyMemory>();
        var first = server.PostAsync("/v1/events", Body(10_000));
        await Eventually.TrueAsync(() => memory.Bytes == 10_000, () => $"{memory.Bytes} bytes are taken");
        var second = server.PostAsync("/v1/events", Body(20_000));
        await Eventually.TrueAsync(() => memory.Bytes == 30_000, () => $"{memory.Bytes} bytes are taken");

        var refused = (await server.PostAsync("/v1/events", Event(100))).MustBeProblem(429, "too_many_bodies");
        Assert.Equal(TimeSpan.FromSeconds(7), refused.RetryAfter);
        gate.SetResult();
        Assert.Equal((202, 202), ((await first).Status, (await second).Status));
        await Eventually.TrueAsync(() => memory.Bytes == 0, () => $"{memory.Bytes} bytes are taken");
        Assert.Equal(202, (await server.PostAsync("/v1/events", Body(20_000))).Status);
    }

    [Fact]
    public async Task A_full_log_is_503_with_retry_after()
    {
        var log = new EventLogDouble { Fault = _ => new EventLogFullException("8 GiB are full.") };
        await using var server = await HttpTestServer.StartAsync(log: log);
        var answer = (await server.PostAsync("/v1/events", Event(100))).MustBeProblem(503, "log_full");
        Assert.Equal(TimeSpan.FromSeconds(1), answer.RetryAfter);
        Assert.Contains("8 GiB", answer.Text, StringComparison.Ordinal);
        log.Fault = _ => null;
        Assert.Equal(202, (await server.PostAsync("/v1/events", Event(100))).Status);
    }

    [Fact]
    public async Task A_failing_log_is_503_also_when_only_one_of_many_records_fails()
    {
        var count = 0;
        var log = new EventLogDouble { Fault = _ => Interlocked.Increment(ref count) == 3 ? new EventLogException("disk") : null };
        await using var server = await HttpTestServer.StartAsync(Small, log: log);
        var body = "[" + string.Join(',', Enumerable.Range(0, 10).Select(_ => Encoding.UTF8.GetString(Event(900).Span))) + "]";
        var answer = (await server.PostAsync("/v1/events", body)).MustBeProblem(503, "log_unavailable");
        Assert.NotNull(answer.RetryAfter);
        Assert.Equal(9, log.Records.Count);
        Assert.Equal(0, server.Services.GetRequiredService<BodyMemory>().Bytes);
    }

    [Fact]
    public async Task A_dead_letter_that_the_log_does_not_take_is_503_not_400()
    {
        var log = new EventLogDouble { Fault = _ => new EventLogFullException("full") };
        await using var server = await HttpTestServer.StartAsync(log: log);
        (await server.PostAsync("/v1/events", "not JSON")).MustBeProblem(503, "log_full");
        (await server.PostAsync("/v1/events", new byte[] { 1, 2, 3 }, "br")).MustBeProblem(503, "log_full");
    }

    [Fact]
    public async Task A_body_of_nothing_but_errors_is_bounded_and_every_byte_of_it_kept_or_counted()
    {
        await using var server = await HttpTestServer.StartAsync();
        var body = "[" + string.Join(',', Enumerable.Repeat("1", 500_000)) + "]";
        var answer = await server.PostAsync("/v1/events", body);
        Assert.Equal((400, 0), (answer.Status, answer.Accepted));
        var decoded = await DecodedLog.ReadAsync(server.Log, server.Limits);
        Assert.Equal((answer.Rejected, 0), (decoded.Codes.Count, decoded.RowCount));
        Assert.Single(decoded.Codes, "too_many_errors");
    }

    private static ReadOnlyMemory<byte> Event(int size)
    {
        const string Frame = """{"project":"shop","metric":"m","fields":{"s":""}}""";
        var text = new string('x', size - Frame.Length);
        return Encoding.UTF8.GetBytes(Frame.Replace("\"\"", $"\"{text}\"", StringComparison.Ordinal));
    }

    // One small event in as much white space as it takes.
    private static byte[] Body(int size)
    {
        var body = new byte[size];
        Array.Fill(body, (byte)' ');
        Event(100).CopyTo(body);
        return body;
    }
}
