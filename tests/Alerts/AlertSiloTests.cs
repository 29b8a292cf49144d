// Goal: a real silo raises an alert, posts it and streams it; killed, it has the alert as it was, tells nobody twice as new, and still clears it in silence.
using System.Text;
using System.Text.Json;
using Analytics.Tests.Http;
using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.Alerts;

public sealed class AlertSiloTests
{
    private const string Metric = "/v1/projects/shop/metrics/purchase";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task An_alert_is_posted_and_streamed_and_is_what_it_was_after_a_kill()
    {
        await using var receiver = new WebhookReceiver();
        await using var silo = await RunningSilo.StartNewAsync("--Analytics:Alerts:Hosts=127.0.0.1", "--Analytics:Alerts:SettleSeconds=2", "--Analytics:Alerts:PauseMs=100");
        await PutAsync(silo, "many", $$$"""{"on":{"total":true},"above":3,"webhook":"{{{receiver.Address}}}","secret":"s3cret"}""");
        await PutAsync(silo, "busy", $$$"""{"on":{"rate":"second"},"above":0,"webhook":"{{{receiver.Address}}}"}""", "refund");
        await silo.PostEventsAsync("""{"project":"shop","metric":"refund","fields":{"amount":1}}"""u8.ToArray());
        await PostAsync(silo, 1);
        using (var watcher = await SseReader.OpenAsync(silo.Http, Metric + "/watch"))
        {
            await PostAsync(silo, 5);
            (string Name, string Id, JsonElement Data) read;
            do
            {
                read = (await watcher.NextAsync().WaitAsync(Soon))!.Value;
            }
            while (read.Name != "alert" || read.Data.GetProperty("alert").GetString() != "many" || read.Data.GetProperty("state").GetString() != "raised");
        }

        await Eventually.IsTrueAsync(async () => await EventsAsync(silo, "many") == "raised delivered", Soon, () => silo.Output);

        // In silence, by time alone.
        await Eventually.IsTrueAsync(async () => await EventsAsync(silo, "busy") == "cleared delivered, raised delivered", Soon, () => silo.Output);
        await silo.KillAsync();
        var told = receiver.Received.Count;
        await silo.StartAsync();
        var raised = (await silo.GetAsync("/v1/alerts?state=raised")).GetProperty("alerts");
        Assert.Equal("many", Assert.Single(raised.EnumerateArray()).GetProperty("alert").GetString());
        Assert.Equal("raised", (await silo.GetAsync(Metric + "/alerts/many")).GetProperty("state").GetString());

        // A second alert's round is later than anything that would be told again.
        await PutAsync(silo, "later", $$$"""{"on":{"total":true},"above":4,"webhook":"{{{receiver.Address}}}"}""");
        await Eventually.IsTrueAsync(async () => await EventsAsync(silo, "later") == "raised delivered", Soon, () => silo.Output);
        Assert.Equal(told + 1, receiver.Received.Count);
        Assert.Equal("raised delivered", await EventsAsync(silo, "many"));
        Assert.Equal(told + 1, receiver.Received.Select(request => request.Headers["X-Analytics-Delivery"]).Distinct().Count());
    }

    [Fact]
    public async Task What_was_not_told_before_a_kill_is_told_after_it_though_nothing_comes()
    {
        await using var receiver = new WebhookReceiver { Status = static _ => 500 };
        await using var silo = await RunningSilo.StartNewAsync("--Analytics:Alerts:Hosts=127.0.0.1", "--Analytics:Alerts:PauseMs=200");
        await PutAsync(silo, "many", $$$"""{"on":{"total":true},"above":3,"webhook":"{{{receiver.Address}}}"}""");
        await PostAsync(silo, 5);
        await Eventually.IsTrueAsync(() => Task.FromResult(!receiver.Received.IsEmpty), Soon, () => silo.Output);
        await silo.KillAsync();
        var before = receiver.Received.Count;
        receiver.Status = static _ => 200;
        await silo.StartAsync();
        await Eventually.IsTrueAsync(async () => await EventsAsync(silo, "many") == "raised delivered", Soon, () => silo.Output);
        Assert.True(receiver.Received.Count > before);
        Assert.Single(receiver.Received.Select(request => request.Headers["X-Analytics-Delivery"]).Distinct());
    }

    private static async Task PutAsync(RunningSilo silo, string alert, string body, string metric = "purchase")
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await silo.Http.PutAsync(new Uri($"/v1/projects/shop/metrics/{metric}/alerts/{alert}", UriKind.Relative), content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task PostAsync(RunningSilo silo, int count)
    {
        await silo.PostEventsAsync(Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("""{"project":"shop","metric":"purchase","fields":{"amount":1}}""", count))}]"));
        await silo.GetAsync(Metric);
    }

    // The newest first.
    private static async Task<string> EventsAsync(RunningSilo silo, string alert) => string.Join(
        ", ",
        (await silo.GetAsync("/v1/alerts/history")).GetProperty("alerts").EnumerateArray().Where(record => record.GetProperty("alert").GetString() == alert)
            .Select(record => $"{record.GetProperty("event").GetString()} {record.GetProperty("delivery").GetString()}"));
}
