// Goal: watching a real silo shows every change within moments and ends at what a read says; a restart only interrupts it.
using Analytics.Tests.Http;
using Xunit;

namespace Analytics.Tests.Integration;

public sealed class WatchTests
{
    private const string Path = "/v1/projects/shop/metrics/purchase";

    [Fact]
    public async Task Changes_are_seen_as_they_come_and_end_at_what_a_read_says()
    {
        await using var silo = await RunningSilo.StartNewAsync();
        await silo.PostEventsAsync("""{"project":"shop","metric":"purchase","fields":{"amount":1,"user":"u0"}}"""u8.ToArray());
        await Eventually.IsTrueAsync(async () => await TotalAsync(silo) == 1, TimeSpan.FromSeconds(20), () => silo.Output);
        string lastId;
        using (var watcher = await SseReader.OpenAsync(silo.Http, Path + "/watch"))
        {
            Assert.Equal("snapshot", (await NextAsync(watcher)).Name);
            for (var i = 1; i <= 50; i++)
            {
                await silo.PostEventsAsync(System.Text.Encoding.UTF8.GetBytes($$$"""{"project":"shop","metric":"purchase","fields":{"amount":{{{i}}},"user":"u{{{i}}}"}}"""));
            }

            (string Name, string Id, System.Text.Json.JsonElement Data) last;
            var seen = 0;
            do
            {
                last = await NextAsync(watcher);
                seen++;
            }
            while (last.Data.GetProperty("total").GetInt64() < 51);
            Assert.InRange(seen, 1, 51);
            Assert.Equal(51, last.Data.GetProperty("fields").GetProperty("user").GetProperty("unique").GetInt64());
            lastId = last.Id;
        }

        await silo.StopAsync();
        await silo.StartAsync();
        using var again = await SseReader.OpenAsync(silo.Http, Path + "/watch", lastId);
        Assert.Equal(51, (await NextAsync(again)).Data.GetProperty("total").GetInt64());
    }

    [Fact]
    public async Task A_server_that_stops_does_not_wait_for_its_watchers()
    {
        await using var silo = await RunningSilo.StartNewAsync();
        await silo.PostEventsAsync("""{"project":"shop","metric":"purchase","fields":{"amount":1}}"""u8.ToArray());
        await Eventually.IsTrueAsync(async () => await TotalAsync(silo) == 1, TimeSpan.FromSeconds(20), () => silo.Output);
        using var watcher = await SseReader.OpenAsync(silo.Http, Path + "/watch");
        await NextAsync(watcher);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await silo.StopAsync();
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 15);
    }

    private static async Task<long> TotalAsync(RunningSilo silo)
    {
        using var answer = await silo.Http.GetAsync(new Uri(Path, UriKind.Relative));
        return answer.IsSuccessStatusCode ? System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("total").GetInt64() : 0;
    }

    private static async Task<(string Name, string Id, System.Text.Json.JsonElement Data)> NextAsync(SseReader watcher) =>
        (await watcher.NextAsync().WaitAsync(TimeSpan.FromSeconds(20)))!.Value;
}
