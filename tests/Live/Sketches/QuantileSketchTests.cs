// Goal: a quantile is within 1 % of the exact one, for numbers of any size and sign, however they are spread.
using Analytics.Grains.Live.Sketches;
using Analytics.Grains.Live.Snapshot;
using Xunit;

namespace Analytics.Tests.Live.Sketches;

public sealed class QuantileSketchTests
{
    private static readonly double[] Parts = [0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1];

    [Theory]
    [InlineData("uniform")]
    [InlineData("exponential")]
    [InlineData("pareto")]
    [InlineData("normal")]
    [InlineData("of both signs and many sizes")]
    [InlineData("mostly zero")]
    [InlineData("one value")]
    public void Quantiles_are_within_one_in_a_hundred(string kind) => Seeded.Run(20, random =>
    {
        var values = Enumerable.Range(0, random.Next(1, 20_000)).Select(_ => Next(kind, random)).ToArray();
        var sketch = new QuantileSketch();
        Array.ForEach(values, sketch.Add);
        Array.Sort(values);
        foreach (var part in Parts)
        {
            var exact = values[(int)Math.Floor(part * (values.Length - 1))];
            var about = sketch.Quantile(part);
            Assert.True(Math.Abs(about - exact) <= Math.Abs(exact) * 0.01, $"{kind}: {part} of {values.Length} is {exact}, not {about}.");
        }
    });

    [Fact]
    public void Small_integers_are_exact_and_large_ones_stay_integers() => Seeded.Run(50, random =>
    {
        var values = Enumerable.Range(0, 1_000).Select(_ => (long)random.Next(-127, 128)).ToArray();
        var sketch = new QuantileSketch();
        Array.ForEach(values, value => sketch.Add(value));
        Array.Sort(values);
        foreach (var part in Parts)
        {
            Assert.Equal(values[(int)Math.Floor(part * (values.Length - 1))], sketch.Quantile(part, isInteger: true));
        }

        var large = new QuantileSketch();
        large.Add(random.NextInt64(1_000, long.MaxValue));
        Assert.Equal(Math.Truncate(large.Quantile(0.5, isInteger: true)), large.Quantile(0.5, isInteger: true));
    });

    [Fact]
    public void Few_different_numbers_have_exact_quantiles() => Seeded.Run(50, random =>
    {
        var tally = new NumberTally(NumberKind.Double);
        var values = Enumerable.Range(0, random.Next(1, 2_000)).Select(_ => random.Next(-100, 100) / 8.0).ToArray();
        Array.ForEach(values, value => tally.Add(NumberTally.KeyOf(value), 0));
        Array.Sort(values);
        Assert.Equal(
            Parts.Select(part => values[(int)Math.Floor(part * (values.Length - 1))]), tally.Quantiles(Parts)!.Select(BitConverter.Int64BitsToDouble));
        Assert.Null(new NumberTally(NumberKind.Double).Quantiles(Parts));
    });

    [Theory]
    [InlineData(double.MaxValue)]
    [InlineData(double.MinValue)]
    [InlineData(2.2250738585072014E-308)]
    [InlineData(-double.Epsilon)]
    [InlineData(0.0)]
    public void The_ends_of_doubles_have_buckets(double value)
    {
        var sketch = new QuantileSketch();
        sketch.Add(value);
        Assert.True(double.IsFinite(sketch.Quantile(0.5)));
        Assert.Equal(Math.Sign(value), Math.Sign(sketch.Quantile(0.5)));
    }

    [Fact]
    public void Without_values_it_is_nought() => Assert.Equal(0, new QuantileSketch().Quantile(0.5));

    [Fact]
    public void It_comes_back_from_a_snapshot_and_damage_is_refused()
    {
        var sketch = new QuantileSketch();
        Array.ForEach([3, -7.5, 0, 1e300, -1e-300, 3], sketch.Add);
        var writer = new SnapshotWriter();
        sketch.Save(writer);
        Assert.True(SnapshotReader.TryOpen(writer.Seal(), out var reader));
        Assert.Equal(sketch.Buckets(), QuantileSketch.Restore(ref reader).Buckets());
        Assert.True(reader.IsAtEnd);

        var damaged = new SnapshotWriter();
        damaged.WriteUnsigned(1);
        damaged.WriteUnsigned(1 << 18);
        damaged.WriteUnsigned(1);
        Assert.True(SnapshotReader.TryOpen(damaged.Seal(), out reader));
        QuantileSketch.Restore(ref reader);
        Assert.True(reader.IsDamaged);
    }

    private static double Next(string kind, Random random) => kind switch
    {
        "uniform" => random.NextDouble() * 1000,
        "exponential" => -Math.Log(1 - random.NextDouble()) * 20,
        "pareto" => Math.Pow(1 - random.NextDouble(), -1 / 1.2),
        "normal" => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()),
        "mostly zero" => random.Next(10) == 0 ? random.NextDouble() - 0.5 : 0,
        "one value" => 123.456,
        _ => (random.Next(2) == 0 ? 1 : -1) * Math.Exp((random.NextDouble() * 400) - 200),
    };
}
