// Goal: whatever becomes of a statement that makes or changes a table, whether it failed, failed after it took effect, or does not say, and however often:
// the table becomes what the plan says, every row is in it once, and the live state is what the table says.
using Analytics.Grains.ClickHouse;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Columns;
using Analytics.Tests.Live;
using Analytics.Tests.Metrics;
using Xunit;

namespace Analytics.Tests.Tables;

public sealed class DdlFaultTests(EngineFixture engine)
{
    private const int FailuresMax = 4;

    private static readonly TestValue[] Values =
    [
        TestValue.Int(1), TestValue.Int(-7), TestValue.Float(0.5), TestValue.Text("x"), TestValue.Bool(true), TestValue.Ints(1, 2), TestValue.Texts("a"),
        TestValue.Time("2026-11-20T10:00Z"),
    ];

    public static TheoryData<string, bool, bool> Faults
    {
        get
        {
            var faults = new TheoryData<string, bool, bool>();
            foreach (var statement in new[] { "CREATE DATABASE", "CREATE TABLE", "ADD COLUMN", "MODIFY COLUMN", "FROM system.columns", "INSERT INTO analytics.fields" })
            {
                faults.Add(statement, false, true);
                faults.Add(statement, true, false);
                faults.Add(statement, true, true);
            }

            // A plain refusal of the others is a matter of the pipeline's own tests.
            faults.Add("ADD COLUMN", false, false);
            faults.Add("MODIFY COLUMN", false, false);

            return faults;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_statement_that_fails_again_and_again_is_tried_until_the_table_is_as_planned(string statement, bool isAfter, bool isOutcomeUnknown)
    {
        var metric = await DisturbedMetric.CreateAsync(engine);
        if (statement.EndsWith(" COLUMN", StringComparison.Ordinal))
        {
            metric.Take(("a", TestValue.Int(1)));
            await metric.DrainAsync();
            metric.Take(("a", TestValue.Float(1.5)));
        }

        var failures = FailuresMax;
        ClickHouseException? Fail(string sql) => !sql.Contains(statement, StringComparison.Ordinal) || failures-- <= 0 ? null
            : isOutcomeUnknown ? FaultyClickHouse.Unknown()
            : FaultyClickHouse.Refused();
        if (isAfter)
        {
            metric.ClickHouse.AfterStatement = Fail;
        }
        else
        {
            metric.ClickHouse.BeforeStatement = Fail;
        }

        metric.Take(("a", TestValue.Int(2)), ("b", TestValue.Text("x")), ("c", TestValue.Ints(1, null)));
        Assert.Equal(0, await metric.DrainAsync());
        Assert.True(failures < 0, $"{failures} failures are left.");
        Assert.True(metric.Failures.Messages.Count >= FailuresMax);

        metric.Take(("d", TestValue.Bool(true)), ("a", TestValue.Float(0.5)));
        Assert.Equal(0, await metric.DrainAsync());
        string[] expected = ["a Nullable(Float64)", "b LowCardinality(Nullable(String))", "c Array(Nullable(Int64))", "d Nullable(Bool)"];
        Assert.Equal(expected, await metric.ReadColumnsAsync());
        Assert.Equal(expected, await metric.ReadFieldsAsync());
        Assert.False(metric.Live.HasLostData);
        await metric.AssertWholeAsync();
    }

    [Fact]
    public Task Whatever_fails_whenever_it_fails_every_row_is_there_once() => Seeded.RunAsync(8, async seed =>
    {
        var random = new Random(seed);
        var metric = await DisturbedMetric.CreateAsync(engine);
        for (var round = 0; round < 5; round++)
        {
            metric.ClickHouse.BeforeStatement = metric.ClickHouse.AfterStatement = _ => Any(random);
            metric.ClickHouse.BeforeInsert = metric.ClickHouse.AfterInsert = () => Any(random);
            for (var count = random.Next(1, 5); count > 0; count--)
            {
                metric.Take([.. "abcdef".Where(_ => random.Next(3) == 0).Select(name => (new string(name, 1), Values[random.Next(Values.Length)]))]);
            }

            Assert.Equal(0, await metric.DrainAsync());
            Assert.False(metric.Live.HasLostData);
            await metric.AssertWholeAsync();
        }
    });

    // One in five; 60 has the table read again.
    private static ClickHouseException? Any(Random random) => random.Next(15) switch
    {
        0 => FaultyClickHouse.Refused(),
        1 => FaultyClickHouse.Unknown(),
        2 => new ClickHouseException(60, "Unknown table (injected)"),
        _ => null,
    };
}
