// Goal: a whole column taken at once gives the same state, to the last bit, as its values taken one by one.
using Analytics.Grains.Columns;
using Analytics.Grains.Live;
using Analytics.Tests.Columns;
using Xunit;

namespace Analytics.Tests.Live;

public sealed class LiveColumnTests
{
    private static readonly long[] Integers = [0, 1, -1, uint.MaxValue, -(long)uint.MaxValue, long.MaxValue, long.MinValue, 1L << 53];

    private static readonly double[] Doubles =
    [
        0, -0.0, 1, -1, 0.1, -0.1, double.Epsilon, -double.Epsilon, double.MaxValue, double.MinValue, 2.2250738585072014E-308, 1e-300, 1e300, 4503599627370496.5,
    ];

    private static readonly string[] Texts = ["", "a", "b", "long " + new string('x', 300), "é"];

    [Theory]
    [InlineData(ColumnType.Int64)]
    [InlineData(ColumnType.Float64)]
    [InlineData(ColumnType.Bool)]
    [InlineData(ColumnType.String)]
    [InlineData(ColumnType.LowCardinalityString)]
    [InlineData(ColumnType.DateTime)]
    [InlineData(ColumnType.ArrayInt64)]
    public void All_at_once_is_the_same_as_one_by_one(ColumnType type) => Seeded.Run(200, random =>
    {
        var (atOnce, oneByOne) = (LiveField.Create(type), LiveField.Create(type));
        for (var batch = random.Next(1, 5); batch > 0; batch--)
        {
            // Sometimes of few different values, sometimes of more than are counted.
            var spread = random.Next(3) == 0 ? 5_000 : 5;
            var column = Columns.Of([.. Enumerable.Range(0, random.Next(1, 1_500)).Select(_ => Value(type, random, spread))]);
            var everyRow = Enumerable.Repeat(true, column.Count).ToArray();
            Assert.Equal(oneByOne.Apply(column, everyRow), atOnce.Apply(column, null));
        }

        Assert.Equal(oneByOne.Count, atOnce.Count);
        Assert.Equal(StateText.Hex(oneByOne), StateText.Hex(atOnce));
        Assert.Equivalent(Columns.Describe(oneByOne), Columns.Describe(atOnce));
    });

    [Fact]
    public void A_long_column_of_extreme_numbers_does_not_overflow()
    {
        foreach (var value in new[] { TestValue.Int(long.MinValue), TestValue.Int(-1), TestValue.Float(double.MaxValue), TestValue.Float(-double.Epsilon) })
        {
            var type = value.Data is long ? ColumnType.Int64 : ColumnType.Float64;
            var (atOnce, oneByOne) = (LiveField.Create(type), LiveField.Create(type));
            var column = Columns.Of([.. Enumerable.Repeat(value, 100_000)]);
            atOnce.Apply(column, null);
            oneByOne.Apply(column, Enumerable.Repeat(true, column.Count).ToArray());
            Assert.Equal(StateText.Hex(oneByOne), StateText.Hex(atOnce));
        }
    }

    private static TestValue Value(ColumnType type, Random random, int spread) => type switch
    {
        ColumnType.Int64 => TestValue.Int(random.Next(2) == 0 ? random.Next(-spread, spread) : Integers[random.Next(Integers.Length)]),
        ColumnType.Float64 => TestValue.Float(random.Next(2) == 0 ? random.Next(-spread, spread) / 7.0 : Doubles[random.Next(Doubles.Length)]),
        ColumnType.Bool => TestValue.Bool(random.Next(spread) > 0),
        ColumnType.DateTime => TestValue.Time($"2026-01-01T00:00:{random.Next(60):00}Z"),
        ColumnType.ArrayInt64 => TestValue.Ints([.. Enumerable.Range(0, random.Next(3)).Select(i => (long?)i)]),
        _ => TestValue.Text(random.Next(2) == 0 ? $"v{random.Next(spread)}" : Texts[random.Next(Texts.Length)]),
    };
}
