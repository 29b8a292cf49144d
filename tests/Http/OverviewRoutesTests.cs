// Goal: whoever watches the server or a project sees every number from one reading a second for all; a change has only what is other; who leaves ends it, and nobody's actor is asked for it.
using System.Text.Json;
using Analytics.Grains.Metrics.Activities;
using Analytics.Silo.Http;
using Analytics.Silo.Http.Overview;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class OverviewRoutesTests
{
    [Fact]
    public async Task The_server_is_told_whole_and_then_what_changed()
    {
        await using var server = await StartAsync();
        using var watcher = await SseReader.OpenAsync(server.Client, "/v1/watch");
        Assert.Equal("text/event-stream", watcher.Headers.Type);
        var first = await NextAsync(watcher);
        Assert.Equal(("snapshot", "bank shop"), (first.Name, Names(first.Data, "projects", "project")));
        Assert.Equal(4, first.Data.GetProperty("log").GetProperty("partitions").GetArrayLength());

        var activity = server.Services.GetRequiredService<MetricActivities>().Open("shop", "purchase");
        activity.Took(10, 10, freshnessMs: 7, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        var change = await UntilAsync(watcher, data => data.GetProperty("total").GetInt64() == 10);
        Assert.Equal(("change", "shop"), (change.Name, Names(change.Data, "projects", "project")));
        Assert.Equal(7, change.Data.GetProperty("freshness_ms").GetInt64());
        Assert.InRange(change.Data.GetProperty("events_second").GetInt64(), 1, 30);
    }

    [Fact]
    public async Task A_project_is_told_with_its_metrics()
    {
        await using var server = await StartAsync();
        using var watcher = await SseReader.OpenAsync(server.Client, "/v1/projects/shop/watch");
        var first = await NextAsync(watcher);
        Assert.Equal("purchase visit", Names(first.Data, "metrics", "metric"));
        Assert.False(first.Data.GetProperty("metrics")[0].TryGetProperty("total", out _));

        server.Services.GetRequiredService<MetricActivities>().Open("shop", "visit").Took(3, 5, 0, 1);
        var change = await UntilAsync(watcher, data => data.GetProperty("total").GetInt64() == 5);
        Assert.Equal("visit", Names(change.Data, "metrics", "metric"));
    }

    [Fact]
    public async Task All_share_the_readings_and_the_last_one_ends_them()
    {
        await using var server = await StartAsync();
        var watch = server.Services.GetRequiredService<OverviewWatch>();
        var watchers = new List<SseReader>();
        for (var i = 0; i < 10; i++)
        {
            watchers.Add(await SseReader.OpenAsync(server.Client, i % 2 == 0 ? "/v1/watch" : "/v1/projects/shop/watch"));
        }

        foreach (var watcher in watchers)
        {
            await NextAsync(watcher);
        }

        // One reading asks the engine three times, for names, sizes and parts, however many watch.
        Assert.InRange(server.ClickHouse.Queries.Count, 3, 9);
        watchers.ForEach(watcher => watcher.Dispose());
        await Eventually.IsTrueAsync(() => Task.FromResult(watch.WatcherCount == 0), TimeSpan.FromSeconds(10), () => $"{watch.WatcherCount} watchers are left.");
        using var later = await SseReader.OpenAsync(server.Client, "/v1/watch");
        Assert.Equal("snapshot", (await NextAsync(later)).Name);
    }

    [Fact]
    public async Task Sizes_of_tables_count_where_no_actor_is_and_unread_ones_are_said_to_be()
    {
        await using var server = await StartAsync();
        server.ClickHouse.Answer = sql => sql.Contains("system.tables", StringComparison.Ordinal) ? """["shop","purchase","40","900"]""" + "\n"
            : sql.Contains("system.metrics", StringComparison.Ordinal) ? """["2"]"""
            : sql.Contains("analytics.metrics", StringComparison.Ordinal) ? """["shop","purchase"]""" + "\n" + """["shop","visit"]""" + "\n" : string.Empty;
        using var watcher = await SseReader.OpenAsync(server.Client, "/v1/watch");
        var read = await UntilAsync(watcher, data => data.GetProperty("total").GetInt64() == 40);
        Assert.Equal((2, 1), (read.Data.GetProperty("metric_count").GetInt32(), read.Data.GetProperty("unread_count").GetInt32()));
        Assert.Equal((2, 900), (read.Data.GetProperty("tables").GetProperty("parts").GetInt32(), read.Data.GetProperty("tables").GetProperty("bytes").GetInt32()));
    }

    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 429)]
    public async Task There_is_room_for_so_many(int watcherCount, int status)
    {
        await using var server = await StartAsync(new HttpOptions { WatchersMax = 1 });
        using var first = watcherCount == 1 ? null : await SseReader.OpenAsync(server.Client, "/v1/watch");
        using var answer = await server.Client.GetAsync(new Uri("/v1/projects/shop/watch", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task An_unknown_project_is_said_to_be()
    {
        await using var server = await StartAsync();
        (await server.GetAsync("/v1/projects/none/watch")).MustBeProblem(404, "project_unknown");
    }

    private static async Task<HttpTestServer> StartAsync(HttpOptions? options = null)
    {
        var server = await HttpTestServer.StartAsync(log: new EventLogDouble(), options: options);
        server.Actors.Add("shop", "purchase");
        server.Actors.Add("shop", "visit");
        server.Actors.Add("bank", "transfer");
        return server;
    }

    private static async Task<(string Name, string Id, JsonElement Data)> NextAsync(SseReader watcher) => (await watcher.NextAsync().WaitAsync(TimeSpan.FromSeconds(20)))!.Value;

    private static async Task<(string Name, string Id, JsonElement Data)> UntilAsync(SseReader watcher, Func<JsonElement, bool> isWanted)
    {
        while (true)
        {
            var next = await NextAsync(watcher);
            if (isWanted(next.Data))
            {
                return next;
            }
        }
    }

    private static string Names(JsonElement data, string list, string name) => string.Join(' ', data.GetProperty(list).EnumerateArray().Select(one => one.GetProperty(name).GetString()));
}
