// Goal: live equals table. Random batches of everything there is go through a pipeline into the real engine; whenever all is written, three states
// that know nothing of each other are the same to the last bit: the live one, one made from the table, and a slow one over plain lists.
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Configuration;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Columns;
using Analytics.Tests.Live;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class LiveEqualsTableTests(EngineFixture engine)
{
    private const int ColumnsMax = 12;

    [Fact]
    public Task Random_batches_give_the_same_state_live_from_the_table_and_by_plain_counting() => Seeded.RunAsync(12, RunAsync);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_array_whose_first_values_were_empty_is_the_same_however_blocks_are_cut(bool isFlushedBetween)
    {
        var metric = new OneMetric(await engine.OpenAsync(), await engine.NewDatabaseAsync(), new ImpatientTime());
        await metric.StartAsync();
        TestValue[] values = [TestValue.NoElements(), TestValue.NoElements(2), TestValue.Ints(1), TestValue.NoElements(), TestValue.Text("conflict")];
        for (var i = 0; i < values.Length; i++)
        {
            var row = new TestRow { Offset = i, Fields = new Dictionary<string, TestValue> { ["tags"] = values[i] } };
            metric.Take(metric.Batch(new BatchOrigin(0, 1, 0, i - 1, i, 0), row));
            if (isFlushedBetween)
            {
                await metric.DrainAsync();
            }
        }

        await metric.DrainAsync();
        await metric.AssertLiveEqualsTableAsync();
        var field = Assert.Single(metric.Live.Describe().Fields);
        Assert.Equal((1, 1, 3), (field.Count, field.Null, field.Conflicts));
    }

    private async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        var time = new ImpatientTime();
        var project = await engine.NewDatabaseAsync();
        var metric = new OneMetric(await engine.OpenAsync(), project, time)
        {
            Flush = new FlushOptions { RowsMax = random.Next(5, 200) },
            Limits = new LimitsOptions { ColumnsMax = ColumnsMax },
        };
        await metric.StartAsync();
        var oracle = new MetricOracle(project, ColumnsMax, time);
        PartitionFeed[] feeds = [new(0, random, time), new(3, random, time)];
        for (var round = 0; round < 6; round++)
        {
            for (var step = random.Next(1, 12); step > 0; step--)
            {
                var feed = feeds[random.Next(feeds.Length)];
                if (random.Next(5) == 0)
                {
                    feed.StartOver();
                }

                var (origin, rows) = feed.Next();
                metric.Take(metric.Batch(origin, rows));
                oracle.Take(origin.Partition, rows);
                if (random.Next(4) == 0)
                {
                    await metric.FlushOneAsync();
                }

                time.Advance(random.Next(0, 2000));
            }

            await metric.DrainAsync();
            Assert.Equal(SnapshotText.Of(oracle.Describe()), SnapshotText.Of(metric.Live.Describe()));
            await metric.AssertLiveEqualsTableAsync();
        }

        Assert.Empty(metric.Failures.Messages);
    }
}
