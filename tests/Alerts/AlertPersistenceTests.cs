// Goal: an alert is what it was after a crash, is told once as new, and what was not told before is told then; what cannot be kept does not count.
using Analytics.GrainInterfaces.Alerts;
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.Alerts;
using Analytics.Grains.Configuration;
using Analytics.Tests.ClickHouse;
using Xunit;

namespace Analytics.Tests.Alerts;

public sealed class AlertPersistenceTests(EngineFixture engine)
{
    private static readonly AlertDefinition Above3 =
        new() { Name = "a", On = new AlertSubject { Kind = AlertSubjectKind.Total }, Above = 3, Webhook = "https://example.org/hook", Secret = "s3cret" };

    [Fact]
    public async Task A_raised_alert_stays_raised_and_is_not_told_as_new()
    {
        using var metric = await AlertedMetric.StartAsync(engine, new AlertOptions { SettleSeconds = 10 });
        await metric.SetAsync(Above3);
        await metric.TakeAsync(4);
        Assert.True(await metric.IsRaisedAsync());
        var raised = Assert.Single(metric.Told);
        Assert.Equal(("raised", "s3cret", "https://example.org/hook"), (raised.Record.Event, raised.Secret, raised.Webhook));
        await metric.Store.SaveAsync(raised.Record with { Delivery = AlertDeliveries.Delivered }, CancellationToken.None);

        // Nothing was flushed: the table has no rows, and the log's are not there yet.
        metric.Crash();
        Assert.True((await metric.ReadAsync()).IsRaised);
        await metric.PassAsync(TimeSpan.FromSeconds(9));
        await metric.TakeAsync(4);
        await metric.PassAsync(TimeSpan.FromSeconds(5));
        Assert.True((await metric.ReadAsync()).IsRaised);
        Assert.Single(metric.Told);
        Assert.Equal("raised", await metric.HistoryAsync());
    }

    [Fact]
    public async Task What_nobody_was_told_before_a_crash_is_told_after_it_by_the_same_id()
    {
        // The log's rows are not there at once: without a while to settle the alert would be cleared.
        using var metric = await AlertedMetric.StartAsync(engine, new AlertOptions { SettleSeconds = 10 });
        await metric.SetAsync(Above3);
        await metric.TakeAsync(4);
        Assert.True(await metric.IsRaisedAsync());
        metric.Crash();
        await metric.ReadAsync();
        Assert.Equal(2, metric.Told.Count);
        Assert.Single(metric.Told.Select(message => message.Record.Id).Distinct());
    }

    [Fact]
    public async Task An_alert_that_falls_back_after_it_has_settled_is_cleared()
    {
        using var metric = await AlertedMetric.StartAsync(engine, new AlertOptions { SettleSeconds = 10 });
        await metric.SetAsync(Above3 with { On = new AlertSubject { Kind = AlertSubjectKind.RateMinute } });
        await metric.TakeAsync(4);
        await metric.PassAsync(TimeSpan.FromSeconds(2));
        Assert.True((await metric.ReadAsync()).IsRaised);
        metric.Crash();
        Assert.True((await metric.ReadAsync()).IsRaised);
        await metric.PassAsync(TimeSpan.FromSeconds(12));
        Assert.False((await metric.ReadAsync()).IsRaised);
        Assert.Equal("raised cleared", await metric.HistoryAsync());
    }

    [Fact]
    public async Task Another_definition_goes_on_from_the_state_and_keeps_the_secret_of_its_webhook()
    {
        using var metric = await AlertedMetric.StartAsync(engine);
        await metric.SetAsync(Above3);
        await metric.TakeAsync(4);
        Assert.True(await metric.IsRaisedAsync());
        await metric.SetAsync(Above3 with { Above = 2, Secret = null });
        Assert.True(await metric.IsRaisedAsync());
        Assert.Null((await metric.ReadAsync()).Definition.Secret);
        await metric.SetAsync(Above3 with { Above = 10, Secret = null });
        Assert.False(await metric.IsRaisedAsync());
        Assert.Equal([("raised", "s3cret"), ("cleared", "s3cret")], metric.Told.Select(message => (message.Record.Event, message.Secret)));
        await metric.SetAsync(Above3 with { Secret = string.Empty });
        Assert.True(await metric.IsRaisedAsync());
        Assert.Null(metric.Told.Last().Secret);
    }

    [Fact]
    public async Task Who_was_told_that_an_alert_is_raised_is_told_when_it_ends()
    {
        using var metric = await AlertedMetric.StartAsync(engine);
        await metric.SetAsync(Above3);
        await metric.TakeAsync(4);
        Assert.True(await metric.IsRaisedAsync());
        Assert.Single(await metric.Store.ListAsync(true, metric.Project, null, 10, CancellationToken.None));
        Assert.Null(await metric.Actor.RemoveAlertAsync("a"));
        Assert.Equal([(true, "raised"), (false, "deleted")], metric.Told.Select(message => (message.Record.IsRaised, message.Record.Event)));
        Assert.Empty(await metric.Store.ListAsync(null, metric.Project, null, 10, CancellationToken.None));
        Assert.Empty(await metric.Actor.ReadAlertsAsync());

        // One of the same name begins anew, with numbers beyond those before.
        await metric.SetAsync(Above3 with { Above = 100 });
        Assert.False(await metric.IsRaisedAsync());
        Assert.Single(await metric.Store.ListAsync(false, metric.Project, "m", 10, CancellationToken.None));
    }

    [Theory]
    [InlineData(20, null)]
    [InlineData(21, "A metric may have 20 alerts.")]
    public async Task A_metric_may_have_so_many(int count, string? refusal)
    {
        using var metric = await AlertedMetric.StartAsync(engine);
        SettingsRefusal? last = null;
        for (var i = 0; i < count; i++)
        {
            last = await metric.Actor.SetAlertAsync(Above3 with { Name = $"a{i}" });
        }

        Assert.Equal(refusal, last?.Detail);
        Assert.Equal(20, (await metric.Actor.ReadAlertsAsync()).Length);
    }

    [Fact]
    public async Task Watchers_see_an_alert_with_the_state()
    {
        using var metric = await AlertedMetric.StartAsync(engine);
        await metric.SetAsync(Above3);
        await metric.TakeAsync(4);
        Assert.True(await metric.IsRaisedAsync());
        var alert = Assert.Single((await metric.Actor.GetSnapshotAsync())!.Alerts);
        Assert.Equal((true, 4, null), (alert.IsRaised, (int)alert.Value!, alert.Definition.Secret));
    }
}
