// Goal: whoever watches sees a snapshot and then what changes, from one enumeration of the actor for all; who is slow or comes back gets what he needs and no more; the last one ends it.
using System.Text.Json;
using Analytics.GrainInterfaces.Live;
using Analytics.Silo.Http;
using Analytics.Silo.Http.Watch;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class WatchRouteTests
{
    private const string Path = "/v1/projects/shop/metrics/purchase/watch";
    private const string Key = "shop/purchase";

    [Fact]
    public async Task A_snapshot_comes_first_then_what_is_other_than_before()
    {
        await using var server = await StartAsync();
        using var watcher = await SseReader.OpenAsync(server.Client, Path);
        Assert.Equal("text/event-stream", watcher.Headers.Type);
        Assert.True(watcher.Headers.Caching!.NoStore);
        await TellAsync(server, Snapshot(1, ("a", 1), ("b", 1)));
        var first = await NextAsync(watcher);
        Assert.Equal(("snapshot", 1L, "a b"), (first.Name, Total(first.Data), Fields(first.Data)));
        await TellAsync(server, Snapshot(2, ("a", 1), ("b", 2), ("c", 1)));
        var second = await NextAsync(watcher);
        Assert.Equal(("change", 2L, "b c"), (second.Name, Total(second.Data), Fields(second.Data)));
        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task All_watchers_share_one_enumeration_and_the_last_one_ends_it()
    {
        await using var server = await StartAsync();
        var watches = server.Services.GetRequiredService<LiveWatches>();
        var watchers = new List<SseReader>();
        for (var i = 0; i < 20; i++)
        {
            watchers.Add(await SseReader.OpenAsync(server.Client, Path));
        }

        await TellAsync(server, Snapshot(1));
        foreach (var watcher in watchers)
        {
            Assert.Equal(1, Total((await NextAsync(watcher)).Data));
        }

        Assert.Equal((1, 20), (server.Actors.WatchCount, watches.WatcherCount));
        watchers.ForEach(watcher => watcher.Dispose());
        await Eventually.IsTrueAsync(() => Task.FromResult(watches.WatcherCount == 0), TimeSpan.FromSeconds(10), () => $"{watches.WatcherCount} watchers are left.");

        // Who comes later begins anew.
        using var later = await SseReader.OpenAsync(server.Client, Path);
        await TellAsync(server, Snapshot(2));
        var next = await NextAsync(later);
        Assert.Equal(("snapshot", 2L), (next.Name, Total(next.Data)));
        Assert.Equal(2, server.Actors.WatchCount);
    }

    [Fact]
    public async Task Who_comes_back_is_not_told_what_he_has()
    {
        await using var server = await StartAsync();
        using var first = await SseReader.OpenAsync(server.Client, Path);
        await TellAsync(server, Snapshot(1, ("a", 1)));
        var id = (await NextAsync(first)).Id;
        using var back = await SseReader.OpenAsync(server.Client, Path, id);
        using var other = await SseReader.OpenAsync(server.Client, Path, "0000000000000000");
        Assert.Equal("snapshot", (await NextAsync(other)).Name);
        await TellAsync(server, Snapshot(2, ("a", 1), ("b", 1)));
        var next = await NextAsync(back);
        Assert.Equal(("change", "b"), (next.Name, Fields(next.Data)));
    }

    [Fact]
    public async Task An_enumeration_that_ends_is_begun_again()
    {
        await using var server = await StartAsync();
        using var watcher = await SseReader.OpenAsync(server.Client, Path);
        await TellAsync(server, Snapshot(1));
        await NextAsync(watcher);
        server.Actors.Watched.TryRemove(Key, out var ended);
        ended!.Writer.Complete(new InvalidOperationException("The actor has moved."));
        await TellAsync(server, Snapshot(2));
        Assert.Equal(2, Total((await NextAsync(watcher)).Data));
    }

    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 429)]
    public async Task There_is_room_for_so_many(int watcherCount, int status)
    {
        await using var server = await StartAsync(new HttpOptions { WatchersMax = 1 });
        using var first = watcherCount == 1 ? null : await SseReader.OpenAsync(server.Client, Path);
        using var answer = await server.Client.GetAsync(new Uri(Path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(status, (int)answer.StatusCode);
        if (status == 429)
        {
            Assert.Contains("too_many_watchers", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_unknown_metric_is_said_to_be()
    {
        await using var server = await StartAsync();
        (await server.GetAsync("/v1/projects/shop/metrics/none/watch")).MustBeProblem(404, "metric_unknown");
        Assert.Equal(0, server.Actors.WatchCount);
    }

    [Fact]
    public void A_frame_after_another_has_the_changed_fields_and_the_same_state_the_same_id()
    {
        var frames = new WatchFrames();
        var first = frames.Make(Snapshot(1, ("a", 1)));
        var second = frames.Make(Snapshot(1, ("a", 1)));
        Assert.Equal((first.Id, first.Number + 1), (second.Id, second.Number));
        Assert.Equal(first.Snapshot, second.Snapshot);
        Assert.Contains("\"fields\":{}", System.Text.Encoding.UTF8.GetString(second.Change), StringComparison.Ordinal);
        Assert.NotEqual(first.Id, frames.Make(Snapshot(2, ("a", 1))).Id);
        var top = frames.Make(Snapshot(2, ("a", 1)) with { Fields = [Field("a", 1) with { Top = [new TopValue("x", 1)] }] });
        Assert.Contains("\"top\"", System.Text.Encoding.UTF8.GetString(top.Change), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comment_comes_when_there_was_nothing_to_tell_for_long_and_only_then()
    {
        var time = new ManualTime();
        await using var server = await StartAsync(time: time);
        using var watcher = await SseReader.OpenAsync(server.Client, Path);
        await TellAsync(server, Snapshot(1));
        await NextAsync(watcher);
        time.Advance(TimeSpan.FromSeconds(14));
        await TellAsync(server, Snapshot(2));
        await NextAsync(watcher);
        time.Advance(TimeSpan.FromSeconds(14));
        Assert.Equal(0, watcher.Comments);
        time.Advance(TimeSpan.FromSeconds(2));
        await TellAsync(server, Snapshot(3));
        Assert.Equal(("change", 3L), ((await NextAsync(watcher)) is var next ? next.Name : null, Total(next.Data)));
        Assert.InRange(watcher.Comments, 0, 1);
        time.Advance(TimeSpan.FromSeconds(16));
        var waiting = watcher.NextAsync();
        await Eventually.IsTrueAsync(() => Task.FromResult(watcher.Comments >= 1), TimeSpan.FromSeconds(10), () => "No comment has come.");
        await TellAsync(server, Snapshot(4));
        await waiting;
    }

    private static async Task<HttpTestServer> StartAsync(HttpOptions? options = null, TimeProvider? time = null)
    {
        var server = await HttpTestServer.StartAsync(log: new EventLogDouble(), options: options, time: time);
        server.Actors.Add("shop", "purchase");
        return server;
    }

    private static async Task TellAsync(HttpTestServer server, MetricSnapshot snapshot)
    {
        await Eventually.IsTrueAsync(() => Task.FromResult(server.Actors.Watched.ContainsKey(Key)), TimeSpan.FromSeconds(10), () => "Nobody watches.");
        server.Actors.Watched[Key].Writer.TryWrite(snapshot);
    }

    private static async Task<(string Name, string Id, JsonElement Data)> NextAsync(SseReader watcher) => (await watcher.NextAsync().WaitAsync(TimeSpan.FromSeconds(20)))!.Value;

    private static MetricSnapshot Snapshot(long total, params (string Name, long Count)[] fields) => new()
    {
        Project = "shop",
        Metric = "purchase",
        Total = total,
        Duplicates = 0,
        FirstMs = 1,
        LastMs = 2,
        RateSecond = 0,
        RateMinute = 0,
        DurableRows = total,
        DurablePositions = [],
        FreshnessMs = 0,
        Fields = [.. fields.Select(field => Field(field.Name, field.Count))],
    };

    private static FieldSnapshot Field(string name, long count) => new() { Name = name, Type = "Int64", Count = count, Null = 0, Conflicts = 0 };

    private static long Total(JsonElement data) => data.GetProperty("total").GetInt64();

    private static string Fields(JsonElement data) => string.Join(' ', data.GetProperty("fields").EnumerateObject().Select(field => field.Name));
}
