// Goal: the exposition is valid and exact for every kind of instrument, labels included, and bounded in series.
using System.Diagnostics.Metrics;
using Analytics.Silo.Http.Telemetry;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class PrometheusTests : IDisposable
{
    private readonly Meter _meter = new("Analytics.Test" + Guid.NewGuid().ToString("N"));
    private readonly MetricsRegistry _registry = new();

    [Fact]
    public void Counters_add_up_by_labels()
    {
        var counter = _meter.CreateCounter<long>("t1.events.taken", "{event}", "Events\ntaken.");
        counter.Add(2);
        counter.Add(3, new KeyValuePair<string, object?>("co-de", "a\"b\\\n"));
        counter.Add(4, new KeyValuePair<string, object?>("co-de", "a\"b\\\n"));
        Assert.Equal(
            """
            # HELP t1_events_taken_total Events\ntaken. ({event})
            # TYPE t1_events_taken_total counter
            t1_events_taken_total 2
            t1_events_taken_total{co_de="a\"b\\\n"} 7
            """.ReplaceLineEndings("\n"),
            Family("t1_"));
    }

    [Fact]
    public void What_NET_itself_measures_is_there()
    {
        GC.Collect();
        var lines = _registry.Write().Split('\n');
        Assert.Contains(lines, line => line.StartsWith("dotnet_gc_last_collection_heap_size{gc_heap_generation=\"gen2\"} ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("dotnet_process_cpu_time_total{cpu_mode=\"user\"} ", StringComparison.Ordinal));
    }

    [Fact]
    public void Gauges_show_the_newest_value_and_sums_that_go_down()
    {
        var gauge = _meter.CreateGauge<double>("t2.g");
        gauge.Record(5);
        gauge.Record(0.25);
        var level = _meter.CreateUpDownCounter<int>("t2.level");
        level.Add(5);
        level.Add(-7);
        var text = Family("t2_");
        Assert.Contains("t2_g 0.25", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE t2_level gauge\nt2_level -2", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Observed_series_that_vanish_are_not_shown_again()
    {
        var keys = new List<string> { "a", "b" };
        _meter.CreateObservableGauge("t3.g", () => keys.Select(key => new Measurement<long>(1, new KeyValuePair<string, object?>("k", key))).ToArray());
        _meter.CreateObservableCounter("t3.c", () => 41L);
        Assert.Contains("t3_g{k=\"b\"} 1", Family("t3_"), StringComparison.Ordinal);
        keys.Remove("b");
        var text = Family("t3_");
        Assert.DoesNotContain("k=\"b\"", text, StringComparison.Ordinal);
        Assert.Contains("t3_c_total 41", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Histograms_count_into_cumulative_buckets_with_the_bound_inside()
    {
        var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 10] };
        var histogram = _meter.CreateHistogram("t4.h", "ms", "Time.", tags: null, advice);
        foreach (var value in new[] { 0.5, 1, 1.5, 10, 11 })
        {
            histogram.Record(value, new KeyValuePair<string, object?>("p", 3));
        }

        Assert.Equal(
            """
            # HELP t4_h Time. (ms)
            # TYPE t4_h histogram
            t4_h_bucket{p="3",le="1"} 2
            t4_h_bucket{p="3",le="10"} 4
            t4_h_bucket{p="3",le="+Inf"} 5
            t4_h_sum{p="3"} 24
            t4_h_count{p="3"} 5
            """.ReplaceLineEndings("\n"),
            Family("t4_"));
    }

    [Fact]
    public void Series_beyond_the_limit_are_counted_together()
    {
        var counter = _meter.CreateCounter<long>("t5.c");
        for (var i = 0; i < InstrumentSeries.SeriesMax + 500; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("i", i));
        }

        var text = Family("t5_");
        Assert.Contains("t5_c_total{overflow=\"true\"} 500", text, StringComparison.Ordinal);
        Assert.Equal(InstrumentSeries.SeriesMax + 1 + 2, text.Split('\n').Length);
    }

    [Fact]
    public async Task Many_threads_lose_nothing()
    {
        var counter = _meter.CreateCounter<long>("t6.c");
        var histogram = _meter.CreateHistogram<long>("t6.h");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                counter.Add(1, new KeyValuePair<string, object?>("i", i % 50));
                histogram.Record(1);
            }
        })));
        var text = Family("t6_");
        Assert.Equal(50, text.Split('\n').Count(line => line.StartsWith("t6_c_total{", StringComparison.Ordinal) && line.EndsWith(" 800", StringComparison.Ordinal)));
        Assert.Contains("t6_h_count 40000", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Instruments_of_one_name_are_one_family_and_meters_of_others_are_not_shown()
    {
        using var second = new Meter(_meter.Name);
        using var foreign = new Meter("Other." + Guid.NewGuid().ToString("N"));
        _meter.CreateCounter<long>("t7.c").Add(1);
        second.CreateCounter<long>("t7.c").Add(2);
        foreign.CreateCounter<long>("t7.foreign").Add(1);
        var text = Family("t7_");
        Assert.Contains("t7_c_total 3", text, StringComparison.Ordinal);
        Assert.Single(text.Split('\n'), line => line.StartsWith("# TYPE", StringComparison.Ordinal));
        Assert.DoesNotContain("foreign", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_collector_counts_itself()
    {
        await using var server = await HttpTestServer.StartAsync();
        await server.PostAsync("/v1/events", """[{"project":"shop","metric":"m","fields":{}},{"project":"shop"}]""");
        await server.PostAsync("/v1/events", "x"u8.ToArray(), "zstd");
        var answer = await server.GetAsync("/metrics");
        Assert.Equal(("text/plain", "0.0.4"), (answer.Type?.MediaType, answer.Type?.Parameters.Single(p => p.Name == "version").Value));
        foreach (var name in new[]
        {
            "analytics_collector_events_accepted_total ", "analytics_collector_events_rejected_total{code=\"metric_missing\"} ",
            "analytics_collector_refusals_total{code=\"content_encoding_unsupported\"} ", "analytics_collector_append_duration_count ",
            "analytics_collector_bodies_bytes ", "analytics_log_appended_records_total{partition=",
        })
        {
            Assert.Contains(name, answer.Text, StringComparison.Ordinal);
        }
    }

    public void Dispose()
    {
        _registry.Dispose();
        _meter.Dispose();
    }

    // Other tests' instruments are seen too: only the families of one test.
    private string Family(string prefix) => string.Join('\n', _registry.Write().Split('\n')
        .Where(line => line.StartsWith(prefix, StringComparison.Ordinal) || line.StartsWith("# HELP " + prefix, StringComparison.Ordinal)
            || line.StartsWith("# TYPE " + prefix, StringComparison.Ordinal)));
}
