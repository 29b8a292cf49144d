// Goal: watching through the client shows every change of a real server, goes on by itself after a restart, ends when asked, and fails where it never can succeed.
using Analytics.Client;
using Analytics.Tests.Integration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Analytics.Tests.Client;

public sealed class WatchClientTests
{
    [Fact]
    public async Task Changes_are_whole_states_also_over_a_restart_of_the_server()
    {
        await using var silo = await RunningSilo.StartNewAsync();
        await using var services = new ServiceCollection().AddAnalyticsClient(silo.Http.BaseAddress!).BuildServiceProvider();
        var client = services.GetRequiredService<IAnalyticsClient>();
        Assert.True(client.Track("shop", "watched", new { user = "u1", amount = 1 }));
        await client.FlushAsync();
        using var stop = new CancellationTokenSource();
        await using var states = client.WatchAsync("shop", "watched", stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.Equal(1, (await UntilAsync(states, total: 1)).Fields["user"].Count);
        client.Track("shop", "watched", new { amount = 2 });
        Assert.Equal((1, 3), await SumsAsync(states, total: 2));

        await silo.KillAsync();

        // Tracked while the server is away: sent when it is back.
        Assert.True(client.Track("shop", "watched", new { amount = 4 }));
        await silo.StartAsync();
        Assert.Equal((1, 7), await SumsAsync(states, total: 3));

        // The state may be seen before the answer to whoever sent it.
        await client.FlushAsync();
        Assert.Equal((3, 0), (client.Counts.Accepted, client.Counts.Refused));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await states.MoveNextAsync());

        await using var unknown = client.WatchAsync("shop", "nobody").GetAsyncEnumerator();
        Assert.Equal("metric_unknown", (await Assert.ThrowsAsync<AnalyticsException>(async () => await unknown.MoveNextAsync())).Code);
    }

    [Fact]
    public async Task A_view_s_changes_are_whole_states_and_what_it_becomes_is_seen()
    {
        await using var silo = await RunningSilo.StartNewAsync();
        await using var services = new ServiceCollection().AddAnalyticsClient(silo.Http.BaseAddress!).BuildServiceProvider();
        var client = services.GetRequiredService<IAnalyticsClient>();
        await client.TrackAsync([new TrackedEvent("shop", "viewed", new { user = "u1", amount = 1 })]);
        var definition = new ViewDefinition { GroupBy = ["user"], Window = "1d", Aggregates = [new ViewAggregate("sum", "amount")] };
        await client.PutViewAsync("shop", "viewed", "by-user", definition);
        await using var states = client.WatchViewAsync("shop", "viewed", "by-user").GetAsyncEnumerator();
        await UntilAsync(states, state => state.Windows.Count == 1);

        await client.TrackAsync([new TrackedEvent("shop", "viewed", new { user = "u2", amount = 2 })]);
        var state = await UntilAsync(states, state => state.Windows.Sum(window => window.Rows.Count) == 2);
        Assert.Equal(("by-user", "1d", "user"), (state.Name, state.Window, Assert.Single(state.GroupBy)));

        await client.PutViewAsync("shop", "viewed", "by-user", definition with { Window = "2d" });
        state = await UntilAsync(states, state => state.Window == "2d");
        Assert.Equal(2, state.Windows.Sum(window => window.Rows.Count));
    }

    private static async Task<ViewState> UntilAsync(IAsyncEnumerator<ViewState> states, Func<ViewState, bool> condition)
    {
        do
        {
            Assert.True(await states.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
        }
        while (!condition(states.Current));
        return states.Current;
    }

    private static async Task<(long Users, long Amount)> SumsAsync(IAsyncEnumerator<MetricState> states, long total)
    {
        var state = await UntilAsync(states, total);
        return (state.Fields["user"].Count, state.Fields["amount"].Sum!.Value.GetInt64());
    }

    private static async Task<MetricState> UntilAsync(IAsyncEnumerator<MetricState> states, long total)
    {
        do
        {
            Assert.True(await states.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
        }
        while (states.Current.Total < total);
        return states.Current;
    }
}
