// Goal: a table as wide as the limits allow is written, extended, widened and read back like a narrow one: no statement grows beyond what the engine takes.
using System.Globalization;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Configuration;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Columns;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class WideTableTests(EngineFixture engine)
{
    // Names as long as they may be. A statement with all aggregates of as many columns of doubles would be four times what the engine takes.
    private const int ColumnsMax = 400;

    [Theory]
    [InlineData("float", "f")]
    [InlineData("int", "я")]
    public async Task Hundreds_of_columns_make_the_way_to_the_table_and_back(string kind, string unit)
    {
        var metric = new OneMetric(await engine.OpenAsync(), await engine.NewDatabaseAsync(), new ImpatientTime())
        {
            Limits = new LimitsOptions { ColumnsMax = ColumnsMax },
        };
        await metric.StartAsync();
        metric.Take(metric.Batch(new BatchOrigin(0, 1, 0, -1, 0, 0), Row(0, 1, kind, unit)));
        await FlushAsync(metric);
        metric.Take(metric.Batch(new BatchOrigin(0, 1, 0, 0, 1, 0), Row(1, ColumnsMax, kind, unit)));
        await FlushAsync(metric);
        if (kind == "int")
        {
            metric.Take(metric.Batch(new BatchOrigin(0, 1, 0, 1, 2, 0), Row(2, ColumnsMax, "float", unit)));
            await FlushAsync(metric);
        }

        await metric.AssertLiveEqualsTableAsync();
        Assert.Equal(ColumnsMax, metric.Live.Describe().Fields.Length);
        Assert.All(metric.Live.DescribeSchema().Columns, column => Assert.True(column.InTable));
    }

    private static async Task FlushAsync(OneMetric metric)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        Assert.True(await metric.FlushOneAsync(deadline.Token));
        Assert.Empty(metric.Failures.Messages);
    }

    private static TestRow Row(long offset, int count, string kind, string unit)
    {
        var padding = string.Concat(Enumerable.Repeat(unit, unit == "я" ? 62 : 124));
        return new TestRow
        {
            Offset = offset,
            Fields = Enumerable.Range(0, count).ToDictionary(
                i => padding + i.ToString("0000", CultureInfo.InvariantCulture),
                i => kind switch
                {
                    "float" => TestValue.Float(i + 0.5),
                    _ => TestValue.Int(i),
                }),
        };
    }
}
