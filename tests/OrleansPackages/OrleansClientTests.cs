// Goal: an Orleans client of a real silo process answers as HTTP does: the same interface, the same live state, changes as they come, and a flush that reaches the table.
using System.Text.Json;
using Analytics.Client;
using Analytics.Client.Orleans;
using Analytics.Tests.Integration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Xunit;

namespace Analytics.Tests.OrleansPackages;

public sealed class OrleansClientTests
{
    [Fact]
    public async Task Actors_are_asked_and_say_what_http_says()
    {
        await using var silo = await RunningSilo.StartNewAsync();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddAnalyticsClient(silo.Http.BaseAddress!).UseOrleansClient(client => client.UseLocalhostClustering(silo.GatewayPort, "analytics", "analytics"));
        using var host = builder.Build();
        await host.StartAsync();
        var client = host.Services.GetRequiredService<IAnalyticsClient>();
        var http = host.Services.GetRequiredService<AnalyticsClient>();
        Assert.IsType<OrleansAnalyticsClient>(client);
        Assert.Null(await client.GetMetricAsync("shop", "nobody"));

        await client.TrackAsync([new TrackedEvent("shop", "cluster", new { amount = 12.5, user = "u1", at = "2026-11-20T10:00:00Z" }) { Id = "1" }]);
        await using var states = client.WatchAsync("shop", "cluster").GetAsyncEnumerator();
        Assert.True(await states.MoveNextAsync().AsTask().WithinDeadline());
        await client.TrackAsync([new TrackedEvent("shop", "cluster", new { amount = 1 })]);
        while (states.Current.Total < 2)
        {
            Assert.True(await states.MoveNextAsync().AsTask().WithinDeadline());
        }

        await client.FlushMetricAsync("shop", "cluster");
        Assert.Equal(["shop"], await client.ListProjectsAsync());
        Assert.Equal(["cluster"], await client.ListMetricsAsync("shop"));
        Assert.Equal(2, (await client.GetMetricAsync("shop", "cluster"))!.Durable.Rows);
        Assert.Equal(JsonSerializer.Serialize(await http.GetSchemaAsync("shop", "cluster")), JsonSerializer.Serialize(await client.GetSchemaAsync("shop", "cluster")));
        var (ours, theirs) = ((await client.GetMetricAsync("shop", "cluster"))!, (await http.GetMetricAsync("shop", "cluster"))!);
        Assert.Equal(JsonSerializer.Serialize(theirs.Fields), JsonSerializer.Serialize(ours.Fields));
        Assert.Equal((theirs.Total, theirs.First, theirs.Last), (ours.Total, ours.First, ours.Last));
        Assert.Equal("2\n", await http.QueryTextAsync("SELECT count() FROM shop.cluster", "TSV"));
        await host.StopAsync();
    }
}
