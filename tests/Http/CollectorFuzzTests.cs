// Goal: whatever is sent, and however it is compressed or damaged, the server answers without failing, the answer's counts are those of an
// independent count when the body is well-formed JSON, and the decoder's reading of the log agrees with every answer.
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Analytics.Grains.Configuration;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class CollectorFuzzTests(ITestOutputHelper output)
{
    private static readonly string[] Codings = ["", "", "gzip", "deflate", "br"];

    private static readonly string[] Items =
    [
        """{"project":"shop","metric":"purchase","fields":{"amount":1.5,"user":"ü"}}""",
        """{"project":"shop","metric":"a/b \"c\"","id":"1","time":1700000000000,"fields":{}}""",
        "{\n  \"project\" : \"blog\",\n  \"metric\" : \"view\",\n  \"fields\" : { \"tags\" : [ 1, 2 ] }\n}",
        """{"metric":"x"}""",
        """{"project":"Shop","metric":"x","fields":{}}""",
        """{"project":"shop","metric":"x","time":"soon"}""",
        """{"project":"shop","metric":"x","fields":[]}""",
        "17",
        "null",
        "\"text, with ] and } in it\"",
        "{}",
        "{\"amount\":3,\"_id\":\"k\"}",
    ];

    [Fact]
    public async Task No_body_makes_the_server_fail_and_every_answer_is_what_the_decoder_does()
    {
        // A small record limit, so that bodies are cut; small event limit, so that some are too large.
        var limits = new LimitsOptions { RecordBytesMax = 1_024, EventBytesMax = 2_048, StringBytesMax = 2_048, BodyBytesMax = 64 * 1024 };
        var log = new EventLogDouble();
        await using var server = await HttpTestServer.StartAsync(limits, log: log);
        // FUZZ_SEED repeats a run that failed.
        var seed = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SEED"), out var given) ? given : Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var start = Stopwatch.GetTimestamp();
        var runs = 0;
        for (; Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5); runs++)
        {
            log.Records.Clear();
            await RunAsync(server, log, random, $"seed {seed} run {runs}");
        }

        Assert.True(runs > 20);
        output.WriteLine($"{runs} bodies");
    }

    private static async Task RunAsync(HttpTestServer server, EventLogDouble log, Random random, string run)
    {
        var (body, count) = MakeBody(random);
        var coding = Codings[random.Next(Codings.Length)];
        var sent = Pack.As(coding, body);
        var isDamaged = coding.Length > 0 && random.Next(4) == 0;
        if (isDamaged)
        {
            sent = Damage(random, sent);
        }

        var isBare = random.Next(3) == 0;
        var path = isBare ? "/v1/projects/shop/metrics/purchase/events" : "/v1/events";
        var answer = await server.PostAsync(path, sent, coding.Length == 0 ? null : coding, random.Next(2) == 0);
        var what = $"{run} {path} '{coding}' damaged {isDamaged}: {answer.Status} {answer.Text}\n{Encoding.Latin1.GetString(body)}";
        Assert.True(answer.Status is 202 or 400 or 413, what);
        if (answer.Status == 413)
        {
            Assert.Empty(log.Records);
            return;
        }

        var decoded = DecodedLog.Read(log, server.Limits);
        if (!answer.Json.TryGetProperty("accepted", out _))
        {
            Assert.True(answer.Code is "content_encoding_invalid" or "gzip_invalid", what);
            Assert.True(decoded.RowCount == 0 && decoded.Codes.SequenceEqual([answer.Code]), what);
            return;
        }

        if (count is not null && !isDamaged)
        {
            Assert.True(count == answer.Accepted + answer.Rejected, what);
        }

        if (answer.Status == 400 && answer.Code == "message_empty")
        {
            Assert.True(log.Records.IsEmpty, what);
            return;
        }

        Assert.True(decoded.RowCount == answer.Accepted, $"{what}\nrows {decoded.RowCount}");
        Assert.True(decoded.Codes.Count == answer.Rejected, $"{what}\ndead letters {decoded.Codes.Count}");
        if (answer.Rejected <= 100)
        {
            var codes = answer.Json.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("code").GetString());
            Assert.True(codes.Order(StringComparer.Ordinal).SequenceEqual(decoded.Codes), $"{what}\n{string.Join(' ', decoded.Codes)}");
        }
    }

    /// <summary>A body, and how many inputs it has when that is certain: it is JSON, counted by another reader.</summary>
    private static (byte[] Body, int? Count) MakeBody(Random random)
    {
        var items = Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.Next(30) == 0 ? Large(random) : Items[random.Next(Items.Length)]).ToArray();
        switch (random.Next(6))
        {
            case 0:
                return (Encoding.UTF8.GetBytes(items[0]), 1);
            case 1:
                var lines = items.Select(item => item.Replace("\n", " ", StringComparison.Ordinal)).ToArray();
                return (Encoding.UTF8.GetBytes(string.Join(random.Next(2) == 0 ? "\n" : "\r\n", lines)), lines.Length);
            case 2 or 3:
                var array = Encoding.UTF8.GetBytes("[" + string.Join(",\n", items) + "]");
                using (var json = JsonDocument.Parse(array))
                {
                    return (array, json.RootElement.GetArrayLength());
                }

            case 4:
                return (Damage(random, Encoding.UTF8.GetBytes("[" + string.Join(",", items) + "]")), null);
            default:
                var bytes = new byte[random.Next(300)];
                random.NextBytes(bytes);
                return (bytes, null);
        }
    }

    private static string Large(Random random)
    {
        var text = new string('x', random.Next(500, 4_000));
        return $$"""{"project":"shop","metric":"large","fields":{"s":"{{text}}"} }""";
    }

    private static byte[] Damage(Random random, byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return bytes;
        }

        var copy = (byte[])bytes.Clone();
        switch (random.Next(3))
        {
            case 0:
                return copy[..random.Next(copy.Length)];
            case 1:
                for (var i = random.Next(1, 6); i > 0; i--)
                {
                    copy[random.Next(copy.Length)] = "[]{},\"\\\n :a!"u8[random.Next(12)];
                }

                return copy;
            default:
                var at = random.Next(copy.Length);
                return [.. copy[..at], .. copy[(at + Math.Min(random.Next(20), copy.Length - at))..]];
        }
    }
}
