// Goal: whoever watches a view sees all of it and then the windows that change, from one enumeration of the actor for all; who comes back is not told what he has.
using System.Text.Json;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Views;
using Analytics.Silo.Http.Views;
using Analytics.Silo.Http.Watch;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class ViewWatchRouteTests
{
    private const string Path = "/v1/projects/shop/metrics/purchase/views/v/watch";
    private const string Key = "shop/purchase v";

    [Fact]
    public async Task A_snapshot_comes_first_then_the_windows_that_change()
    {
        await using var server = await StartAsync();
        using var watcher = await SseReader.OpenAsync(server.Client, Path);
        await TellAsync(server, Snapshot((0, false, 1), (2000, false, 1)));
        var first = await NextAsync(watcher);
        Assert.Equal(("snapshot", "0 2000", "2s"), (first.Name, Windows(first.Data), first.Data.GetProperty("window").GetString()));
        await TellAsync(server, Snapshot((0, true, 1), (2000, false, 1), (4000, false, 3)));
        var second = await NextAsync(watcher);
        Assert.Equal(("change", "0 4000"), (second.Name, Windows(second.Data)));
        Assert.False(second.Data.TryGetProperty("window", out _));
        Assert.True(second.Data.GetProperty("windows")[0].GetProperty("closed").GetBoolean());
        using var back = await SseReader.OpenAsync(server.Client, Path, second.Id);
        using var other = await SseReader.OpenAsync(server.Client, Path, first.Id);
        Assert.Equal("0 2000 4000", Windows((await NextAsync(other)).Data));
        await TellAsync(server, Snapshot((2000, false, 1), (4000, false, 4)));
        Assert.Equal("4000", Windows((await NextAsync(back)).Data));
        Assert.Equal(1, server.Actors.WatchCount);
        Assert.Equal(3, server.Services.GetRequiredService<LiveWatches>().WatcherCount);
    }

    [Fact]
    public async Task An_unknown_view_is_said_to_be()
    {
        await using var server = await StartAsync();
        (await server.GetAsync("/v1/projects/shop/metrics/purchase/views/none/watch")).MustBeProblem(404, "view_unknown");
        Assert.Equal(0, server.Actors.WatchCount);
    }

    [Fact]
    public void A_view_that_is_another_one_is_told_whole_and_the_same_state_has_the_same_id()
    {
        var frames = new ViewFrames();
        var first = frames.Make(Snapshot((0, false, 1)));
        var same = frames.Make(Snapshot((0, false, 1)));
        Assert.Equal((first.Id, first.Number + 1), (same.Id, same.Number));
        Assert.Contains("\"windows\":[]", System.Text.Encoding.UTF8.GetString(same.Change), StringComparison.Ordinal);
        var changed = Snapshot((0, false, 1));
        var other = frames.Make(changed with { Definition = changed.Definition with { GroupsMax = 7 } });
        Assert.Contains("\"groups\":7", System.Text.Encoding.UTF8.GetString(other.Change), StringComparison.Ordinal);
        Assert.Contains("\"start\":", System.Text.Encoding.UTF8.GetString(other.Change), StringComparison.Ordinal);
    }

    private static async Task<HttpTestServer> StartAsync()
    {
        var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        server.Actors.Add("shop", "purchase");
        server.Actors.Settings["shop/purchase"] = GrainInterfaces.Schema.MetricSettings.None.With(Snapshot().Definition);
        return server;
    }

    private static async Task TellAsync(HttpTestServer server, ViewSnapshot snapshot)
    {
        await Eventually.IsTrueAsync(() => Task.FromResult(server.Actors.WatchedViews.ContainsKey(Key)), TimeSpan.FromSeconds(10), () => "Nobody watches.");
        server.Actors.WatchedViews[Key].Writer.TryWrite(snapshot);
    }

    private static async Task<(string Name, string Id, JsonElement Data)> NextAsync(SseReader watcher) => (await watcher.NextAsync().WaitAsync(TimeSpan.FromSeconds(20)))!.Value;

    private static ViewSnapshot Snapshot(params (long StartMs, bool IsClosed, long Count)[] windows) => new(
        new ViewDefinition { Name = "v", GroupBy = [], WindowMs = 2000, EveryMs = 2000, Aggregates = [new ViewAggregate(ViewAggregateKind.Count, null)] },
        0,
        [.. windows.Select(window => new ViewWindow(window.StartMs, window.StartMs + 2000, window.IsClosed, [new ViewRow([], false, [JsonScalar.Of((Int128)window.Count)])]))]);

    private static string Windows(JsonElement data) => string.Join(' ', data.GetProperty("windows").EnumerateArray().Select(window => window.GetProperty("start").GetDateTimeOffset().ToUnixTimeMilliseconds()));
}
