// Goal: the engine agrees: a condition is true of the same rows there, and a view made of the table is the one that was kept.
using System.Globalization;
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Views.Where;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Metrics;
using Xunit;

namespace Analytics.Tests.Views;

public sealed class ViewEngineTests(EngineFixture engine)
{
    private readonly ImpatientTime _time = new();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_condition_is_true_of_the_same_rows(int seed)
    {
        var random = new Random(seed);
        var (clickHouse, metric) = await StartAsync();
        var feed = new PartitionFeed(0, random, _time);
        var last = (await FillAsync(metric, feed, 4))[^1].Offsets[^1];
        var conditions = Enumerable.Range(0, 25).Select(_ => Condition(random, metric, random.Next(3))).Select(text => (Text: text, Rows: new WhereRows(WhereParser.Read(text), metric.Live.TypeOf))).ToArray();

        // As rows are taken: one whose field gets its column later has no value.
        var marked = new long[conditions.Length];
        for (var i = 0; i < 4; i++)
        {
            var batch = (await FillAsync(metric, feed, 1))[0];
            for (var j = 0; j < conditions.Length; j++)
            {
                marked[j] += conditions[j].Rows.Of(batch).Count(static mark => mark);
            }
        }

        for (var j = 0; j < conditions.Length; j++)
        {
            var (text, rows) = conditions[j];
            var counted = (await clickHouse.ReadRowsAsync($"SELECT toString(countIf({rows.Sql})) FROM {metric.Table} WHERE _offset > {last}"))[0][0];
            Assert.True(marked[j].ToString(CultureInfo.InvariantCulture) == counted, $"{text}: {marked[j]} here, {counted} there by {rows.Sql}");
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_view_made_of_the_table_is_the_one_that_was_kept(int seed)
    {
        var random = new Random(seed);
        var (_, metric) = await StartAsync();
        var feed = new PartitionFeed(0, random, _time);
        var view = new ViewDefinition
        {
            Name = "v",
            GroupBy = [.. new[] { "amount", "name", "flag", "when", "none", "tags" }.Where(name => random.Next(2) == 0).Take(4)],
            WindowMs = 60_000 * random.Next(1, 4),
            EveryMs = 60_000,
            GroupsMax = random.Next(2) == 0 ? 5 : 1000,
            Where = random.Next(2) == 0 ? null : Condition(random, metric, 1),
            Aggregates =
            [
                new ViewAggregate(ViewAggregateKind.Count, null),
                .. from field in new[] { "amount", "name", "second", "when", "tags", "none", "x" }
                   from kind in new[] { ViewAggregateKind.Count, ViewAggregateKind.Min, ViewAggregateKind.Max, ViewAggregateKind.Unique, ViewAggregateKind.P90 }
                   select new ViewAggregate(kind, field),
            ],
        };
        await metric.Live.MakeViewAsync(view, CancellationToken.None);
        await FillAsync(metric, feed, 10);
        var kept = Show(metric);
        Assert.True(kept.Length > 0 || view.Where is not null);
        await metric.Live.MakeViewAsync(view, CancellationToken.None);
        Assert.Equal(kept, Show(metric));
    }

    [Fact]
    public async Task A_sum_made_of_the_table_is_the_one_that_was_kept()
    {
        var (_, metric) = await StartAsync();
        var view = new ViewDefinition
        {
            Name = "v",
            GroupBy = [],
            WindowMs = 60_000,
            EveryMs = 60_000,
            Aggregates = [new ViewAggregate(ViewAggregateKind.Sum, "whole"), new ViewAggregate(ViewAggregateKind.Sum, "part"), new ViewAggregate(ViewAggregateKind.Avg, "part")],
        };
        await metric.Live.MakeViewAsync(view, CancellationToken.None);
        metric.Take(metric.Batch(new BatchOrigin(0, 1, 0, -1, 0, 0), [.. Enumerable.Range(0, 9).Select(i => new Columns.TestRow
        {
            Offset = i, Time = _time.NowMs, Received = _time.NowMs,
            Fields = new Dictionary<string, Columns.TestValue> { ["whole"] = Columns.TestValue.Int(long.MaxValue - i), ["part"] = Columns.TestValue.Float(i / 4.0) },
        })]));
        await metric.DrainAsync();
        var kept = Show(metric);
        Assert.Contains(" 83010348331692982227 9 1", kept[0], StringComparison.Ordinal);
        await metric.Live.MakeViewAsync(view, CancellationToken.None);
        Assert.Equal(kept, Show(metric));
    }

    private async Task<(IClickHouse ClickHouse, OneMetric Metric)> StartAsync()
    {
        var clickHouse = await engine.OpenAsync();
        var metric = new OneMetric(clickHouse, await engine.NewDatabaseAsync(), _time);
        await metric.StartAsync();
        return (clickHouse, metric);
    }

    // Every batch as it was kept: the rows that were taken.
    private static async Task<List<EventBatch>> FillAsync(OneMetric metric, PartitionFeed feed, int count)
    {
        var batches = new List<EventBatch>();
        for (var i = 0; i < count; i++)
        {
            var (origin, rows) = feed.Next();
            var batch = metric.Batch(origin, [.. rows.Select(row => row with { Id = string.Empty })]);
            metric.Take(batch);
            batches.Add(batch);
        }

        await metric.DrainAsync();
        return batches;
    }

    private static string Condition(Random random, OneMetric metric, int depth)
    {
        if (depth > 0)
        {
            var (one, other) = (Condition(random, metric, depth - 1), Condition(random, metric, depth - 1));
            return random.Next(4) switch { 0 => $"NOT ({one})", 1 => $"({one} AND {other})", 2 => $"({one} OR {other})", _ => one };
        }

        string[] names = ["amount", "name", "second", "it's", "ключ", "n`q", "tags", "x", "flag", "when", "count()", "none"];
        var field = names[random.Next(names.Length)];
        var quoted = $"\"{field}\"";
        if (random.Next(6) == 0)
        {
            return $"{quoted} IS {(random.Next(2) == 0 ? "NOT " : string.Empty)}NULL";
        }

        string Literal() => random.Next(8) == 0 ? "'other'" : metric.Live.TypeOf(field) switch
        {
            ColumnType.Bool => random.Next(2) == 0 ? "true" : "false",
            ColumnType.Int64 or ColumnType.Float64 => random.Next(3) switch
            {
                0 => random.NextInt64(-5, 100).ToString(CultureInfo.InvariantCulture),
                1 => (random.Next(-20, 100) / 4.0).ToString(CultureInfo.InvariantCulture),
                _ => random.Next(2) == 0 ? "9007199254740993" : "-1e30",
            },
            ColumnType.DateTime => $"'2026-0{random.Next(1, 10)}-01T00:00:00Z'",
            _ => $"'{(char)('a' + random.Next(26))}'",
        };
        return random.Next(5) == 0
            ? $"{quoted} {(random.Next(2) == 0 ? "NOT " : string.Empty)}IN ({Literal()}, {Literal()})"
            : $"{quoted} {new[] { "=", "!=", "<", "<=", ">", ">=" }[random.Next(6)]} {Literal()}";
    }

    private static string[] Show(OneMetric metric) => [.. metric.Live.Views.Read("v")!.Windows.SelectMany(window => window.Rows.Select(row =>
        $"{window.StartMs} {(row.IsOther ? "others" : string.Join(',', row.Group.Select(value => value?.Text ?? "-")))}: {string.Join(' ', row.Values.Select(value => value?.Text ?? "-"))}"))];
}
