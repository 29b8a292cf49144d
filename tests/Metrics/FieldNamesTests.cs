// Goal: every name an event's field may have works to the end: the column is made, the value is in it, and live state is made from it again.
// Names that mean something to the engine are the interesting ones.
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.Tables;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Columns;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class FieldNamesTests(EngineFixture engine)
{
    public static TheoryData<string> Ordinary =>
    [
        "name", "second", "count()", "*", "1", "a b", "it's \"quoted\" `so` \\n", "ключ 🎈", "_inserted_range", "TOTALS", "%", "{x:Int64}", "/", " ",
        "a.b", ".", "..", "a.", ".a", "x.null", "x.size0", "_extras", new string('я', 64), new string('.', 128), new string('`', 128),
    ];

    public static TheoryData<string> Taken =>
    [
        "_extra.keys", "_extra.values", "_extra.size0", "_block_number", "_block_offset", "_database", "_disk_name", "_distance", "_part", "_part_data_version",
        "_part_granule_offset", "_part_index", "_part_offset", "_part_starting_offset", "_part_uuid", "_partition_id", "_partition_value",
        "_row_exists", "_sample_factor", "_table",
    ];

    [Theory]
    [MemberData(nameof(Ordinary))]
    public async Task A_field_may_have_this_name(string name)
    {
        await CheckAsync(name, TestValue.Float(1.5), hasColumn: true);
        await CheckAsync(name, TestValue.Text("a"), hasColumn: true);
        await CheckAsync(name, TestValue.Ints(1, 2), hasColumn: !name.Contains('.', StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Taken))]
    public async Task A_name_that_is_the_engines_has_no_column_and_holds_nothing_up(string name)
    {
        await CheckAsync(name, TestValue.Int(1), hasColumn: false);
        await CheckAsync(name, TestValue.Texts("a"), hasColumn: false);
    }

    [Fact]
    public async Task Arrays_of_different_lengths_under_one_dotted_name_hold_nothing_up()
    {
        var metric = await NewMetricAsync();
        metric.Take(metric.Batch(
            new BatchOrigin(0, 1, 0, -1, 0, 0),
            new TestRow { Fields = new Dictionary<string, TestValue> { ["n.a"] = TestValue.Ints(1), ["n.b"] = TestValue.Ints(1, 2), ["n"] = TestValue.Ints(3) } }));
        await metric.DrainAsync();
        await metric.AssertLiveEqualsTableAsync();
        Assert.Equal(["n"], metric.Live.Describe().Fields.Select(field => field.Name));
        Assert.Equal(
            [new ExtraField("n.a", 1, ExtraReason.ReservedName), new ExtraField("n.b", 1, ExtraReason.ReservedName)],
            metric.Live.DescribeSchema().Extra);
        Assert.Equal(metric.Live.DescribeSchema().Extra, (await metric.LoadAsync()).DescribeSchema().Extra);
    }

    private async Task CheckAsync(string name, TestValue value, bool hasColumn)
    {
        TestRow other = new() { Fields = new Dictionary<string, TestValue> { ["x"] = TestValue.Text("other") } };
        TestRow both = new() { Fields = new Dictionary<string, TestValue> { [name] = value, ["x"] = TestValue.Text("other") } };
        foreach (var rows in new TestRow[][] { [other, both], [both, other] })
        {
            var metric = await NewMetricAsync();
            for (var i = 0; i < rows.Length; i++)
            {
                metric.Take(metric.Batch(new BatchOrigin(0, 1, 0, -1, i, 0), rows[i] with { Offset = i }));
                using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
                Assert.True(await metric.FlushOneAsync(deadline.Token));
            }

            Assert.Empty(metric.Failures.Messages);
            await metric.AssertLiveEqualsTableAsync();
            var schema = metric.Live.DescribeSchema();
            Assert.Equal(hasColumn, schema.Columns.Any(column => column.Name == name && column.InTable));
            Assert.Equal(hasColumn ? [] : [new ExtraField(name, 1, ExtraReason.ReservedName)], schema.Extra);
            Assert.Equal(2, metric.Live.Describe().Fields.Single(field => field.Name == "x").Count);
        }
    }

    private async Task<OneMetric> NewMetricAsync()
    {
        var metric = new OneMetric(await engine.OpenAsync(), await engine.NewDatabaseAsync(), new ImpatientTime());
        await metric.StartAsync();
        return metric;
    }
}
