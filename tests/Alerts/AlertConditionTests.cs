// Goal: every kind of alert is raised and cleared exactly when plain calculation says so, with hysteresis on both sides, and time alone is enough where it has to be.
using Analytics.GrainInterfaces.Alerts;
using Analytics.GrainInterfaces.Views;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Columns;
using Xunit;

namespace Analytics.Tests.Alerts;

public sealed class AlertConditionTests(EngineFixture engine)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_total_is_raised_beyond_its_threshold_and_not_at_it()
    {
        using var metric = await AlertedMetric.StartAsync(engine);
        await metric.SetAsync(On(new AlertSubject { Kind = AlertSubjectKind.Total }) with { Above = 5 });
        await metric.TakeAsync(5);
        Assert.False(await metric.IsRaisedAsync());
        await metric.TakeAsync(1);
        Assert.True(await metric.IsRaisedAsync());
        var alert = await metric.ReadAsync();
        Assert.Equal((6, 5, "total is 6, above 5"), (alert.Value, alert.Threshold, alert.Message));
        Assert.Equal("raised", await metric.HistoryAsync());
    }

    [Fact]
    public async Task A_rate_that_falls_silent_raises_and_clears_with_time_alone()
    {
        using var metric = await AlertedMetric.StartAsync(engine);
        await metric.TakeAsync(10);
        await metric.PassAsync(TimeSpan.FromSeconds(2));
        await metric.SetAsync(On(new AlertSubject { Kind = AlertSubjectKind.RateMinute }) with { Below = 1, ForMs = 120_000 });
        await metric.PassAsync(TimeSpan.FromSeconds(57));
        Assert.Equal(10, (await metric.ReadAsync()).Value);

        // Silent from here on: two minutes later, not before.
        await metric.PassAsync(TimeSpan.FromSeconds(119));
        Assert.False((await metric.ReadAsync()).IsRaised);
        await metric.PassAsync(TimeSpan.FromSeconds(4));
        Assert.True((await metric.ReadAsync()).IsRaised);
        await metric.TakeAsync(1);
        await metric.PassAsync(TimeSpan.FromSeconds(30));
        Assert.True((await metric.ReadAsync()).IsRaised);
        for (var i = 0; i < 10; i++)
        {
            await metric.TakeAsync(1);
            await metric.PassAsync(TimeSpan.FromSeconds(20));
        }

        Assert.False((await metric.ReadAsync()).IsRaised);
        Assert.Equal("raised cleared", await metric.HistoryAsync());
    }

    [Fact]
    public async Task Between_the_two_thresholds_nothing_changes()
    {
        using var metric = await AlertedMetric.StartAsync(engine);
        await metric.SetAsync(On(new AlertSubject { Kind = AlertSubjectKind.RateSecond }) with { Above = 8, Clear = 4 });
        var random = new Random(7);
        var (isRaised, changes) = (false, 0);
        for (var i = 0; i < 60; i++)
        {
            var count = random.Next(1, 13);
            await metric.TakeAsync(count);
            await metric.PassAsync(TimeSpan.FromSeconds(1));
            var should = isRaised ? count > 4 : count > 8;
            changes += should != isRaised ? 1 : 0;
            isRaised = should;
            Assert.Equal((count, isRaised), ((int)(await metric.ReadAsync()).Value!, (await metric.ReadAsync()).IsRaised));
        }

        Assert.InRange(changes, 6, 60);
        Assert.Equal(changes, (await metric.HistoryAsync()).Split(' ').Length);
    }

    [Fact]
    public async Task What_does_not_last_is_not_raised_and_what_does_not_end_for_long_enough_is_not_cleared()
    {
        using var metric = await AlertedMetric.StartAsync(engine);
        await metric.SetAsync(On(new AlertSubject { Kind = AlertSubjectKind.RateSecond }) with { Above = 0, ForMs = 3_000 });
        await BusyAsync(2);
        await metric.PassAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(string.Empty, await metric.HistoryAsync());
        await BusyAsync(6);
        Assert.Equal("raised", await metric.HistoryAsync());
        await metric.PassAsync(TimeSpan.FromSeconds(2));
        await BusyAsync(2);
        Assert.Equal("raised", await metric.HistoryAsync());
        await metric.PassAsync(TimeSpan.FromSeconds(6));
        Assert.Equal("raised cleared", await metric.HistoryAsync());

        async Task BusyAsync(int seconds)
        {
            for (var i = 0; i < seconds; i++)
            {
                await metric.TakeAsync(1);
                await metric.PassAsync(TimeSpan.FromSeconds(1));
            }
        }
    }

    [Theory]
    [InlineData("count", 4, 0)]
    [InlineData("null", 1, 0)]
    [InlineData("min", 1, 0)]
    [InlineData("max", 40, 0)]
    [InlineData("sum", 53, 0)]
    [InlineData("avg", 13.25, 0)]
    [InlineData("p50", 2, 0)]
    [InlineData("p99", 10, 0)]
    [InlineData("unique", 4, 0)]
    [InlineData("conflicts", 0, -1)]
    public async Task A_field_s_number_is_what_is_compared(string value, double expected, double threshold)
    {
        using var metric = await AlertedMetric.StartAsync(engine);
        foreach (var amount in new[] { 1L, 2, 10, 40 })
        {
            await metric.TakeAsync(1, ("amount", TestValue.Int(amount)));
        }

        await metric.TakeAsync(1);
        await metric.SetAsync(On(new AlertSubject { Kind = AlertSubjectKind.Field, Name = "amount", Value = value }) with { Above = threshold });
        Assert.True(await metric.IsRaisedAsync());
        Assert.Equal(expected, (await metric.ReadAsync()).Value);
        await metric.SetAsync(On(new AlertSubject { Kind = AlertSubjectKind.Field, Name = "amount", Value = value }) with { Above = expected });
        Assert.False(await metric.IsRaisedAsync());
        Assert.Equal("raised cleared", await metric.HistoryAsync());
    }

    [Fact]
    public async Task A_minute_is_compared_while_it_fills_where_more_is_wrong_and_when_it_is_over_where_less_is()
    {
        using var metric = await AlertedMetric.StartAsync(engine);
        await metric.TakeAsync(4);
        var minute = new AlertSubject { Kind = AlertSubjectKind.WindowMinute };
        await metric.SetAsync(On(minute) with { Above = 3 });
        await metric.SetAsync(On(minute) with { Name = "b", Below = 4 });
        await metric.SetAsync(On(new AlertSubject { Kind = AlertSubjectKind.WindowHour }) with { Name = "c", Above = 4 });
        Assert.True(await metric.IsRaisedAsync());

        // The minute before the first was empty.
        Assert.Equal(0, (await metric.ReadAsync("b")).Value);
        await metric.PassAsync(Minute);
        Assert.Equal((4, false), ((int)(await metric.ReadAsync("b")).Value!, (await metric.ReadAsync("b")).IsRaised));
        await metric.PassAsync(Minute);
        Assert.Equal((false, true), (await metric.IsRaisedAsync(), await metric.IsRaisedAsync("b")));
        await metric.TakeAsync(1);
        Assert.True(await metric.IsRaisedAsync("c"));
    }

    [Fact]
    public async Task A_view_is_compared_by_any_group_or_by_the_one_that_is_named()
    {
        using var metric = await AlertedMetric.StartAsync(engine);
        Assert.Null(await metric.Actor.SetViewAsync(new ViewDefinition
        {
            Name = "v",
            GroupBy = ["branch"],
            WindowMs = 10_000,
            EveryMs = 10_000,
            Aggregates = [new ViewAggregate(ViewAggregateKind.Sum, "amount")],
        }));
        var view = new AlertSubject { Kind = AlertSubjectKind.View, Name = "v", Value = "sum(amount)" };
        await metric.SetAsync(On(view) with { Name = "any", Above = 100 });
        await metric.SetAsync(On(view with { Group = ["\"Bern\""] }) with { Name = "bern", Above = 100 });
        await metric.SetAsync(On(view with { Group = ["\"Bern\""] }) with { Name = "low", Below = 50 });
        await TakeAsync("Bern", 60);
        await TakeAsync("Basel", 101);
        Assert.Equal((true, false), (await metric.IsRaisedAsync("any"), await metric.IsRaisedAsync("bern")));
        Assert.Equal("sum(amount) of view v for \"Basel\" is 101, above 100", (await metric.ReadAsync("any")).Message);
        await TakeAsync("Bern", 41);
        Assert.True(await metric.IsRaisedAsync("bern"));
        await metric.PassAsync(TimeSpan.FromSeconds(10));
        Assert.Equal((101, false), ((int)(await metric.ReadAsync("low")).Value!, await metric.IsRaisedAsync("low")));
        await metric.PassAsync(TimeSpan.FromSeconds(10));
        Assert.Equal((false, false, true), (await metric.IsRaisedAsync("any"), await metric.IsRaisedAsync("bern"), await metric.IsRaisedAsync("low")));

        Task TakeAsync(string branch, double amount) => metric.TakeAsync(1, ("branch", TestValue.Text(branch)), ("amount", TestValue.Float(amount)));
    }

    [Fact]
    public async Task A_minute_unlike_those_before_is_unusual_and_a_metric_that_is_new_is_not()
    {
        using var metric = await AlertedMetric.StartAsync(engine);
        await metric.SetAsync(On(new AlertSubject { Kind = AlertSubjectKind.WindowMinute }) with { Deviations = 3 });
        var random = new Random(1);
        var counts = new List<double>();
        for (var i = 0; i < 30; i++)
        {
            var count = random.Next(90, 111);
            counts.Add(count);
            await metric.TakeAsync(count);
            await metric.PassAsync(Minute);
            Assert.False((await metric.ReadAsync()).IsRaised);
            Assert.Equal(i >= 11, (await metric.ReadAsync()).Threshold is not null);
        }

        await metric.TakeAsync(180);
        await metric.PassAsync(Minute);
        Assert.True((await metric.ReadAsync()).IsRaised);

        // The first minute is not whole; the last is what is compared.
        var usual = counts.Skip(1).ToArray();
        var mean = usual.Average();
        var deviation = Math.Max(Math.Sqrt(usual.Sum(count => (count - mean) * (count - mean)) / usual.Length), Math.Sqrt(mean));
        Assert.Equal(mean + (3 * deviation), (await metric.ReadAsync()).Threshold!.Value, 9);
        await metric.TakeAsync(100);
        await metric.PassAsync(Minute);
        Assert.False((await metric.ReadAsync()).IsRaised);
    }

    [Fact]
    public async Task An_hour_unlike_the_same_hour_of_earlier_days_is_unusual()
    {
        using var metric = await AlertedMetric.StartAsync(engine);
        var beginMs = metric.Time.NowMs;
        for (var day = 1; day <= 6; day++)
        {
            await metric.TakeAtAsync(beginMs - (day * 86_400_000L) + 60_000, 100 + day);

            // Of another hour: it does not count.
            await metric.TakeAtAsync(beginMs - (day * 86_400_000L) + 7_200_000, 900);
        }

        await metric.SetAsync(On(new AlertSubject { Kind = AlertSubjectKind.WindowHour }) with { Deviations = 4, Against = AlertBaseline.EarlierDays });
        await metric.TakeAsync(20);
        await metric.PassAsync(TimeSpan.FromMinutes(61));
        var alert = await metric.ReadAsync();

        // The first day is not whole.
        var mean = Enumerable.Range(1, 5).Average(day => 100.0 + day);
        Assert.True(alert.IsRaised, alert.Message);
        Assert.Equal((20, mean - (4 * Math.Sqrt(mean))), (alert.Value, alert.Threshold!.Value));
    }

    [Fact]
    public async Task A_field_unlike_what_it_was_the_last_minutes_is_unusual()
    {
        using var metric = await AlertedMetric.StartAsync(engine);
        await metric.TakeAsync(1_000, ("ms", TestValue.Int(100)));
        await metric.SetAsync(On(new AlertSubject { Kind = AlertSubjectKind.Field, Name = "ms", Value = "avg" }) with { Deviations = 3 });
        await metric.PassAsync(TimeSpan.FromMinutes(12));
        Assert.Equal(103, (await metric.ReadAsync()).Threshold!.Value, 9);
        await metric.TakeAsync(1_000, ("ms", TestValue.Int(200)));
        Assert.True(await metric.IsRaisedAsync());
    }

    [Fact]
    public async Task A_metric_without_alerts_asks_for_no_time()
    {
        using var metric = await AlertedMetric.StartAsync(engine);
        await metric.TakeAsync(1);
        Assert.False(metric.HasAlertTimer);
        await metric.SetAsync(On(new AlertSubject { Kind = AlertSubjectKind.Total }) with { Above = 5 });
        await metric.PassAsync(TimeSpan.FromSeconds(2));

        // A total does not change by itself.
        Assert.False(metric.HasAlertTimer);
        await metric.SetAsync(On(new AlertSubject { Kind = AlertSubjectKind.RateMinute }) with { Name = "b", Below = 1 });
        await metric.PassAsync(TimeSpan.FromSeconds(2));
        Assert.True(metric.HasAlertTimer);
    }

    private static AlertDefinition On(AlertSubject subject) => new() { Name = "a", On = subject };
}
