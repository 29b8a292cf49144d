// Goal: millions of events, tens of kills, and an audit that finds nothing: no event missing, none doubled, live state as the tables say.
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Analytics.Tests.Integration;
using Analytics.Tests.Kafka;
using Xunit;

namespace Analytics.Tests.Faults;

[Collection("Faults")]
public sealed class ManyEventsTests
{
    private const int MetricCount = 4;
    private const int ClientCount = 4;
    private const int BodyEvents = 2_000;

    private long _nextBody;
    private long _retries;

    [Fact(Explicit = true)]
    public async Task Killed_all_along_millions_of_events_audit_clean()
    {
        await using var silo = await RunningSilo.StartNewAsync();
        await RunAsync(
            silo,
            _ => KillAsync(silo),
            async () => await silo.MetricAsync("analytics_log_committed_offset") == await silo.MetricAsync("analytics_log_end_offset"));
    }

    [Fact(Explicit = true)]
    public async Task Silo_and_broker_killed_all_along_millions_of_events_audit_clean()
    {
        await using var broker = await KafkaBroker.StartAsync();
        await broker.CreateTopicAsync("many", partitions: 4);
        var options = broker.Options("many");
        await using var silo = await RunningSilo.StartNewAsync(options.Arguments("--Analytics:Kafka:Properties:message.timeout.ms=5000"));
        await RunAsync(silo, kill => kill % 2 == 0 ? KillAsync(silo) : broker.RestartAsync(), () => KafkaLogs.IsDrainedAsync(options));
    }

    private static async Task KillAsync(RunningSilo silo)
    {
        await silo.KillAsync();
        await silo.StartAsync();
    }

    private async Task RunAsync(RunningSilo silo, Func<int, Task> killAsync, Func<Task<bool>> isDrained)
    {
        var eventCount = Setting("FAULT_EVENTS", 10_000_000) / BodyEvents * BodyEvents;
        var killCount = Setting("FAULT_KILLS", 50);
        var watch = Stopwatch.StartNew();
        var clients = Enumerable.Range(0, ClientCount).Select(_ => Task.Run(() => SendAsync(silo, eventCount / BodyEvents))).ToArray();
        var kills = 0;
        for (; kills < killCount; kills++)
        {
            // Spread over the whole load, wherever that is by then.
            var from = eventCount / BodyEvents * kills / killCount;
            await Eventually.IsTrueAsync(() => Task.FromResult(Volatile.Read(ref _nextBody) > from), TimeSpan.FromMinutes(5), () => silo.Output);
            await killAsync(kills);
        }

        await Task.WhenAll(clients);
        var sent = watch.Elapsed;
        await Eventually.IsTrueAsync(
            isDrained, TimeSpan.FromMinutes(5), () => silo.Output);
        var durable = watch.Elapsed;
        var report = await AuditAsync(silo);
        Console.WriteLine($"{eventCount} events sent in {sent.TotalSeconds:0} s, durable {(durable - sent).TotalSeconds:0} s later; {kills} kills, {_retries} bodies sent again; audit {(watch.Elapsed - durable).TotalSeconds:0} s");
        Console.WriteLine(report);
        var rows = await silo.QueryAsync(string.Join(" UNION ALL ", Enumerable.Range(0, MetricCount).Select(metric =>
            $"SELECT toString(count()) AS c, toString(groupBitXor(n)) AS x, toString(sum(n)) AS s FROM big.m{metric}")));
        Assert.Equal(eventCount, rows.Sum(row => Number(row, "c")));
        Assert.Equal(Enumerable.Range(0, eventCount).Aggregate(0L, (xor, n) => xor ^ n), rows.Aggregate(0L, (xor, row) => xor ^ Number(row, "x")));
        Assert.Equal((long)eventCount * (eventCount - 1) / 2, rows.Sum(row => Number(row, "s")));
    }

    private static async Task<string> AuditAsync(RunningSilo silo)
    {
        using var http = new HttpClient { BaseAddress = silo.Http.BaseAddress, Timeout = TimeSpan.FromMinutes(10) };
        using var response = await http.PostAsync(new Uri("/v1/audit", UriKind.Relative), new StringContent("""{"deep":true}"""));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        Assert.True(JsonDocument.Parse(text).RootElement.GetProperty("is_clean").GetBoolean(), text);
        return text;
    }

    // A body without an answer is sent again as it is, ids and all, until it has one.
    private async Task SendAsync(RunningSilo silo, int bodyCount)
    {
        while (true)
        {
            var number = (int)Interlocked.Increment(ref _nextBody) - 1;
            if (number >= bodyCount)
            {
                return;
            }

            var body = Body(number);
            while (!await TrySendAsync(silo, body))
            {
                Interlocked.Increment(ref _retries);
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    private static async Task<bool> TrySendAsync(RunningSilo silo, byte[] body)
    {
        try
        {
            using var response = await silo.Http.PostAsync(new Uri("/v1/events", UriKind.Relative), new ByteArrayContent(body));
            return response.StatusCode == System.Net.HttpStatusCode.Accepted;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private static byte[] Body(int number)
    {
        var text = new StringBuilder();
        for (var i = 0; i < BodyEvents; i++)
        {
            var n = ((long)number * BodyEvents) + i;
            text.Append(CultureInfo.InvariantCulture, $"{{\"project\":\"big\",\"metric\":\"m{number % MetricCount}\",\"id\":\"e{n}\",\"fields\":{{\"n\":{n},\"q\":{n % 1000}.25,\"s\":\"v{n % 7}\"}}}}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static long Number(JsonElement row, string name) => long.Parse(row.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
