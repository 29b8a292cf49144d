// Goal: what a metric counts can be read by others at any time, rates are of the last second alone, and only so many metrics are kept.
using Analytics.Grains.Metrics.Activities;
using Analytics.Silo.Http.Overview;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class MetricActivityTests
{
    [Fact]
    public void A_metric_has_one_entry_which_a_later_activation_goes_on_with()
    {
        var activities = new MetricActivities();
        activities.Open("shop", "buy").Took(3, 3, 5, 1_000);
        var again = activities.Open("shop", "buy");
        again.Loaded(3);
        again.Took(2, 5, 9, 2_000);
        Assert.Equal((1, 5, 5, 9, 2_000), (activities.Count, again.Taken, again.Total, again.FreshnessMs, again.TakenAtMs));
        Assert.Same(again, activities.Find("shop", "buy"));
        Assert.Null(activities.Find("shop", "other"));
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    public void Only_so_many_are_kept_and_the_others_work_all_the_same(int opened, int kept)
    {
        var activities = new MetricActivities(metricsMax: 2);
        for (var i = 0; i < opened; i++)
        {
            activities.Open("shop", $"m{i}").Took(1, 1, 0, 0);
        }

        Assert.Equal((kept, kept), (activities.Count, activities.All.Count()));
    }

    [Fact]
    public void A_rate_is_of_the_time_since_it_was_last_asked_for()
    {
        var time = new ManualTime();
        var activities = new MetricActivities();
        var busy = activities.Open("shop", "busy");
        var quiet = activities.Open("shop", "quiet");
        var rates = new EventRates(activities, time);
        busy.Took(100, 100, 0, 0);
        Assert.Empty(rates.Measure());
        busy.Took(50, 150, 0, 0);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(25, Assert.Single(rates.Measure(), pair => pair.Key == busy).Value);
        quiet.Took(7, 7, 0, 0);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(7, Assert.Single(rates.Measure()).Value);
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(6, 0)]
    public void After_a_pause_there_is_no_rate(int seconds, int count)
    {
        var time = new ManualTime();
        var activities = new MetricActivities();
        var rates = new EventRates(activities, time);
        rates.Measure();
        activities.Open("shop", "buy").Took(100, 100, 0, 0);
        time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(count, rates.Measure().Count);
    }
}
