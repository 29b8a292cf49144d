// Goal: what docs/live.md says of errors is so of a real data set, 200,000 flights, and of skewed ones that are made: measured against exact answers, and never the other way round.
using System.Globalization;
using System.Text;
using System.Text.Json;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;
using Analytics.Tests.Columns;
using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.Live.Sketches;

public sealed class AccuracyTests
{
    private const int Rows = 200_000;

    // Published: 4,096 registers, 1.04 / √4096; four of them are exceeded once in sixteen thousand times.
    private const double UniqueError = 4 * 0.01625;

    // Published.
    private const double QuantileError = 0.01;
    private const double TopErrorPart = 0.0054;
    private const double TopPart = 0.02;

    private static readonly Lazy<Task<FlightData>> Flights = new(FlightData.LoadAsync);

    [Theory]
    [InlineData("delay")]
    [InlineData("distance")]
    [InlineData("time")]
    public async Task Flights_are_described_as_published(string field)
    {
        var values = (await Flights.Value).Rows.Select(row => JsonDocument.Parse(row).RootElement.GetProperty(field).GetDouble()).ToArray();
        var isInteger = field != "time";
        CheckNumbers(values, isInteger, Take(isInteger ? ColumnType.Int64 : ColumnType.Float64, values, value => isInteger ? TestValue.Int((long)value) : TestValue.Float(value)));
    }

    [Theory]
    [InlineData(1.05)]
    [InlineData(1.2)]
    [InlineData(2.0)]
    public void Skewed_integers_are_described_as_published(double exponent)
    {
        var values = Zipf(exponent, 50_000, seed: 1);
        CheckNumbers(values, true, Take(ColumnType.Int64, values, static value => TestValue.Int((long)value)));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(3.0)]
    public void Skewed_fractions_are_described_as_published(double spread)
    {
        var random = new Random(2);
        var values = Enumerable.Range(0, Rows).Select(_ => (random.Next(4) == 0 ? -1 : 1) * Math.Exp(spread * Normal(random))).ToArray();
        CheckNumbers(values, false, Take(ColumnType.Float64, values, TestValue.Float));
    }

    [Theory]
    [InlineData(1.05)]
    [InlineData(1.2)]
    [InlineData(1.5)]
    public void Skewed_texts_are_described_as_published(double exponent)
    {
        var values = Zipf(exponent, 50_000, seed: 3);
        var described = Take(ColumnType.String, values, static value => TestValue.Text(Encoding.UTF8.GetBytes(Text(value))));
        CheckUniques(values, described);
        CheckTop(values, described);
    }

    private static void CheckNumbers(double[] values, bool hasTop, FieldSnapshot described)
    {
        CheckUniques(values, described);
        var sorted = values.Order().ToArray();
        foreach (var (quantile, shown) in new[] { (0.5, described.P50), (0.9, described.P90), (0.99, described.P99) })
        {
            var exact = sorted[(int)(quantile * (sorted.Length - 1))];
            Assert.InRange(double.Parse(shown!.Value.Text, CultureInfo.InvariantCulture), exact - (Math.Abs(exact) * QuantileError), exact + (Math.Abs(exact) * QuantileError));
        }

        if (hasTop)
        {
            CheckTop(values, described);
        }
    }

    private static void CheckUniques(double[] values, FieldSnapshot described)
    {
        var exact = values.Distinct().Count();
        Assert.InRange(described.Unique!.Value, exact * (1 - UniqueError), exact * (1 + UniqueError));
        if (exact <= 256)
        {
            Assert.Equal(exact, described.Unique);
        }
    }

    // None too low; too high by more than the error that is told with a probability of 2 %, so one of the ten may be.
    private static void CheckTop(double[] values, FieldSnapshot described)
    {
        var counts = values.CountBy(static value => Text(value)).ToDictionary();
        var top = described.Top!;
        Assert.All(top, one => Assert.True(one.Count >= counts[one.Value] && (one.Error ?? 0) <= Math.Ceiling(values.Length * TopErrorPart), $"{one} of {counts[one.Value]}"));
        Assert.InRange(top.Count(one => one.Count > counts[one.Value] + (one.Error ?? 0)), 0, 1);
        var frequent = counts.Where(pair => pair.Value >= values.Length * TopPart).OrderByDescending(static pair => pair.Value).Take(10).Select(static pair => pair.Key).ToHashSet();
        Assert.Subset(top.Select(static one => one.Value).ToHashSet(), frequent);
    }

    private static FieldSnapshot Take(ColumnType type, double[] values, Func<double, TestValue> valueOf)
    {
        var field = LiveField.Create(type);
        var offset = 0L;
        foreach (var part in values.Chunk(5_000))
        {
            var ranks = new Grains.Live.Sketches.RowRanks([.. Enumerable.Range(0, part.Length).Select(row => offset + row)], new int[part.Length], 0);
            Assert.Equal(0, field.Apply(Live.Columns.Of(Array.ConvertAll(part, value => valueOf(value))), null, ranks));
            offset += part.Length;
        }

        return Live.Columns.Describe(field);
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    // The kth of the values is as frequent as k to the minus exponent.
    private static double[] Zipf(double exponent, int valueCount, int seed)
    {
        var random = new Random(seed);
        var sums = new double[valueCount];
        var sum = 0.0;
        for (var i = 0; i < valueCount; i++)
        {
            sums[i] = sum += Math.Pow(i + 1, -exponent);
        }

        return [.. Enumerable.Range(0, Rows).Select(_ => Array.BinarySearch(sums, random.NextDouble() * sum)).Select(static index => (double)((index < 0 ? ~index : index) + 1))];
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
