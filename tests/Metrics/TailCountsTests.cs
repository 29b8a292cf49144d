// Goal: what the table has without a flush and what the live state has of newer rows are together every row, once; where that is not so, the live state says nothing.
using System.Globalization;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Columns;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class TailCountsTests(EngineFixture engine)
{
    private const int SecondMs = 1000;

    private readonly ImpatientTime _time = new();
    private long _nextOffset;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Both_parts_are_every_row_once(int seed)
    {
        var random = new Random(seed);
        var (clickHouse, metric) = await StartAsync();
        var taken = new List<long>();
        var (joined, refused) = (0, 0);
        for (var i = 0; i < 60; i++)
        {
            // Of the last twenty minutes, of which the seconds of ten are kept; some metrics have late rows seldom.
            var times = Enumerable.Range(0, random.Next(1, 20)).Select(_ => _time.NowMs - (random.Next(seed == 1 ? 3 : 30) == 0 ? random.Next(1_200_000) : random.Next(20_000))).ToArray();
            Take(metric, times);
            taken.AddRange(times);
            if (random.Next(2) == 0)
            {
                await metric.FlushOneAsync();
            }

            _time.Advance(random.Next(20_000));
            var (fromMs, toMs) = (((_time.NowMs / SecondMs) - 1_500) * SecondMs, ((_time.NowMs / SecondMs) + 1) * SecondMs);
            if (metric.Live.TailOf(SecondMs, fromMs, toMs) is not { } tail)
            {
                refused++;
                continue;
            }

            joined++;
            var older = (await clickHouse.ReadRowsAsync(
                $"SELECT toString(count()) FROM {metric.Table} WHERE _time >= fromUnixTimestamp64Milli({fromMs}) AND _time < fromUnixTimestamp64Milli({tail.FromMs})"))[0][0]!;
            Assert.Equal(taken.Count(time => time >= fromMs && time < tail.FromMs), long.Parse(older, CultureInfo.InvariantCulture));
            Assert.Equal(taken.Count(time => time >= tail.FromMs && time < toMs), tail.Counts.Sum());
            Assert.Equal((toMs - tail.FromMs) / SecondMs, tail.Counts.Length);
        }

        Assert.True(joined > 5 && refused > 0, $"{joined} joined, {refused} refused");
    }

    [Fact]
    public async Task A_row_of_the_older_part_that_is_not_in_the_table_yet_is_waited_for()
    {
        var (_, metric) = await StartAsync();
        Take(metric, _time.NowMs - 900_000);
        await metric.DrainAsync();
        Take(metric, _time.NowMs);
        Assert.NotNull(Tail(metric));
        Take(metric, _time.NowMs - 900_000);
        Assert.Null(Tail(metric));
        var block = await metric.WriteOneAsync(CancellationToken.None);
        Assert.Null(Tail(metric));
        metric.Live.Complete(block, default);
        Assert.NotNull(Tail(metric));
    }

    [Fact]
    public async Task Without_a_row_in_the_table_or_an_older_part_there_is_nothing_to_join()
    {
        var (_, metric) = await StartAsync();
        Take(metric, _time.NowMs);
        Assert.Null(Tail(metric));
        await metric.DrainAsync();
        Assert.NotNull(Tail(metric));
        var end = ((_time.NowMs / SecondMs) + 1) * SecondMs;
        Assert.Null(metric.Live.TailOf(SecondMs, end - 10_000, end));
        Assert.Null(metric.Live.TailOf(SecondMs, end - 3_000_000, end - 2_000_000));
        Assert.Null(metric.Live.TailOf(7_000, end - 3_000_000, end));
    }

    private Analytics.GrainInterfaces.Live.TailCounts? Tail(OneMetric metric)
    {
        var end = ((_time.NowMs / SecondMs) + 1) * SecondMs;
        return metric.Live.TailOf(SecondMs, end - 3_000_000, end);
    }

    private void Take(OneMetric metric, params long[] times)
    {
        var origin = new BatchOrigin(0, 1, 0, -1, _nextOffset, 0);
        metric.Take(metric.Batch(origin, [.. times.Select(time => new TestRow { Offset = _nextOffset++, Time = time, Received = _time.NowMs, Fields = new Dictionary<string, TestValue> { ["n"] = TestValue.Int(1) } })]));
    }

    private async Task<(IClickHouse ClickHouse, OneMetric Metric)> StartAsync()
    {
        var clickHouse = await engine.OpenAsync();
        var metric = new OneMetric(clickHouse, await engine.NewDatabaseAsync(), _time);
        await metric.StartAsync();
        return (clickHouse, metric);
    }
}
