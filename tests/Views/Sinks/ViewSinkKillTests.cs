// Goal: a silo that is killed under load, twice, writes each closed window to ClickHouse and to PostgreSQL once, as plain summing of what was accepted says.
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Analytics.Tests.Http;
using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.Views.Sinks;

[Collection("Postgres")]
public sealed class ViewSinkKillTests(StoppablePostgresFixture postgres)
{
    private const string Path = "/v1/projects/bank/metrics/transaction/views/position";
    private const string Events = "/v1/events";
    private const string Definition = """{"group_by":["branch"],"window":"1s","aggregates":[{"sum":"amount"},{"count":true}],"sinks":["clickhouse","postgres"]}""";
    private const int Kills = 2;

    [Fact]
    public async Task Killed_under_load_it_neither_loses_nor_repeats_a_window()
    {
        await using var silo = await RunningSilo.StartNewAsync("--Analytics:Metrics:GraceSeconds=2", $"--Analytics:Postgres:ConnectionString={postgres.Server.ConnectionString}");
        await PutAsync(silo);
        var sums = new SortedDictionary<string, (long Sum, long Count)>(StringComparer.Ordinal);
        for (var kill = 0; kill < Kills; kill++)
        {
            await SendUntilAsync(silo, sums, async () => await WindowsAsync(silo) > 0);
            await silo.KillAsync();
            await silo.StartAsync();
        }

        // Nobody sends or asks any more: the actor is woken by the start. All events were received within the period of grace: one clock, and bodies of moments.
        var expected = sums.Select(pair => $"{pair.Key} {pair.Value.Sum} {pair.Value.Count}").ToArray();
        await Eventually.IsTrueAsync(
            async () => (await PostgresAsync()).Length >= expected.Length, TimeSpan.FromSeconds(40), () => $"Windows are missing.\n{silo.Output}");
        Assert.Equal(expected, await PostgresAsync());
        await Eventually.IsTrueAsync(async () => (await ClickHouseAsync(silo)).Length >= expected.Length, TimeSpan.FromSeconds(20), () => $"Windows are missing.\n{silo.Output}");
        Assert.Equal(expected, await ClickHouseAsync(silo));
        var view = await silo.GetAsync(Path);
        Assert.Equal(0, view.GetProperty("missed").GetInt64());
        await AssertWatchedAsync(silo);
        Assert.All(view.GetProperty("written").EnumerateArray(), sink => Assert.Equal(JsonValueKind.Null, sink.GetProperty("error").ValueKind));
    }

    private static async Task PutAsync(RunningSilo silo)
    {
        using var content = new StringContent(Definition, Encoding.UTF8, "application/json");
        using var answer = await silo.Http.PutAsync(new Uri(Path, UriKind.Relative), content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    // Events have the time they are sent at, and an id: what is sent again after a kill is the same event.
    private static async Task SendUntilAsync(RunningSilo silo, SortedDictionary<string, (long Sum, long Count)> sums, Func<Task<bool>> isEnough)
    {
        var random = new Random(sums.Count);
        while (!await isEnough())
        {
            var timeMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            var events = Enumerable.Range(0, 50).Select(i => (Branch: $"b{random.Next(4)}", Amount: random.Next(-100, 100))).ToArray();
            using var answer = await silo.Http.PostAsJsonAsync(
                new Uri(Events, UriKind.Relative),
                events.Select(one => new { project = "bank", metric = "transaction", time = timeMs, id = Guid.NewGuid().ToString("N"), fields = new { branch = one.Branch, amount = one.Amount } }));
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            foreach (var (branch, amount) in events)
            {
                var key = string.Create(CultureInfo.InvariantCulture, $"{timeMs / 1000} {branch}");
                var (sum, count) = sums.GetValueOrDefault(key);
                sums[key] = (sum + amount, count + 1);
            }
        }
    }

    private static async Task AssertWatchedAsync(RunningSilo silo)
    {
        using var watcher = await SseReader.OpenAsync(silo.Http, Path + "/watch");
        Assert.Equal("snapshot", (await watcher.NextAsync().WithinDeadline())!.Value.Name);
        await silo.PostEventsAsync("""{"project":"bank","metric":"transaction","fields":{"branch":"watched","amount":7}}"""u8.ToArray());
        JsonElement change;
        do
        {
            var next = (await watcher.NextAsync().WithinDeadline())!.Value;
            Assert.Equal("change", next.Name);
            change = next.Data;
        }
        while (!change.GetRawText().Contains("\"watched\"", StringComparison.Ordinal));
        Assert.Contains("\"sum(amount)\":7,", change.GetRawText(), StringComparison.Ordinal);
    }

    private static async Task<long> WindowsAsync(RunningSilo silo) => (await silo.GetAsync(Path)).GetProperty("written").EnumerateArray().Min(sink => sink.GetProperty("windows").GetInt64());

    private Task<string[]> PostgresAsync() =>
        postgres.Server.ReadAsync("SELECT extract(epoch FROM window_start)::bigint, branch, \"sum(amount)\", count FROM bank_transaction_position ORDER BY window_start, branch COLLATE \"C\"");

    private static async Task<string[]> ClickHouseAsync(RunningSilo silo) => [.. (await silo.QueryAsync(
        "SELECT toString(toUnixTimestamp(window_start)) AS s, branch, toString(`sum(amount)`) AS a, toString(count) AS c FROM `bank~views`.`transaction.position` ORDER BY window_start, branch"))
        .Select(row => string.Join(' ', new[] { "s", "branch", "a", "c" }.Select(name => row.GetProperty(name).GetString())))];
}
