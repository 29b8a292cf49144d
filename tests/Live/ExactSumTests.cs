// Goal: the sum of doubles is the exact sum rounded once, whatever the values, their order and the parts it was put together from.
// The oracle adds whole multiples of the smallest double and finds the nearest double by bisection.
using System.Numerics;
using Analytics.Grains.Live;
using Xunit;

namespace Analytics.Tests.Live;

public sealed class ExactSumTests
{
    private const double Tiny = double.Epsilon;

    [Fact]
    public void Sums_of_random_doubles_of_all_magnitudes_are_the_nearest_double_of_the_exact_sum()
    {
        Seeded.Run(300, static random =>
        {
            var values = RandomDoubles(random);
            var oracle = new ExactRational();
            Array.ForEach(values, oracle.Add);
            AssertSame(oracle.ToDouble(), SumOf(values));
        });
    }

    [Fact]
    public void The_order_of_the_values_does_not_matter()
    {
        Seeded.Run(100, static random =>
        {
            var values = RandomDoubles(random);
            var sum = SumOf(values);
            random.Shuffle(values);
            AssertSame(sum, SumOf(values));
        });
    }

    [Fact]
    public void An_integer_sum_counts_as_if_its_integers_had_been_added_one_by_one()
    {
        Seeded.Run(200, static random =>
        {
            var integers = Enumerable.Range(0, random.Next(1, 50)).Select(_ => RandomInteger(random)).ToArray();
            var fractions = RandomDoubles(random);
            var merged = new ExactSum();
            Array.ForEach(fractions, merged.Add);
            merged.AddInteger(integers.Aggregate(Int128.Zero, (sum, value) => sum + value));

            AssertSame(SumOf([.. integers.Select(value => (double)value), .. fractions]), merged.ToDouble());
        });
    }

    [Fact]
    public void An_integer_sum_beyond_64_bits_is_exact()
    {
        Seeded.Run(200, static random =>
        {
            var value = new Int128((ulong)random.NextInt64(), (ulong)random.NextInt64()) >> random.Next(127);
            value = random.Next(2) == 0 ? value : -value;
            var (sum, oracle) = (new ExactSum(), new ExactRational());
            sum.AddInteger(value);
            oracle.Add((BigInteger)value);
            AssertSame(oracle.ToDouble(), sum.ToDouble());
        });
    }

    [Theory]
    [InlineData(9007199254740992.0, 1.0, 9007199254740992.0)]
    [InlineData(9007199254740994.0, 1.0, 9007199254740996.0)]
    [InlineData(-9007199254740992.0, -1.0, -9007199254740992.0)]
    [InlineData(-9007199254740994.0, -1.0, -9007199254740996.0)]
    [InlineData(1.0, 1.1102230246251565e-16, 1.0)]
    [InlineData(1.0000000000000002, 1.1102230246251565e-16, 1.0000000000000004)]
    public void A_sum_half_way_between_two_doubles_goes_to_the_even_one(double a, double b, double expected) => AssertSame(expected, SumOf(a, b));

    [Fact]
    public void The_smallest_double_decides_a_tie()
    {
        AssertSame(9007199254740994.0, SumOf(9007199254740992.0, 1.0, Tiny));
        AssertSame(9007199254740992.0, SumOf(9007199254740992.0, 1.0, -Tiny));
        AssertSame(9007199254740994.0, SumOf(9007199254740994.0, 1.0, -Tiny));
    }

    [Fact]
    public void What_cancels_leaves_the_rest_untouched()
    {
        AssertSame(Tiny, SumOf(double.MaxValue, Tiny, -double.MaxValue));
        AssertSame(0.1, SumOf(1e300, 0.1, -1e300));
        AssertSame(0.0, SumOf(0.1, -0.1));
        AssertSame(0.0, SumOf(-0.0, -0.0));
        AssertSame(0.0, SumOf());
    }

    [Fact]
    public void Subnormal_sums_are_exact_and_grow_into_normal_ones()
    {
        AssertSame(3 * Tiny, SumOf(Tiny, Tiny, Tiny));
        var largestSubnormal = BitConverter.Int64BitsToDouble((1L << 52) - 1);
        AssertSame(BitConverter.Int64BitsToDouble(1L << 52), SumOf(largestSubnormal, Tiny));
        AssertSame(largestSubnormal, SumOf(BitConverter.Int64BitsToDouble(1L << 52), -Tiny));
    }

    [Fact]
    public void A_sum_beyond_the_range_is_infinite_and_comes_back()
    {
        AssertSame(double.PositiveInfinity, SumOf(double.MaxValue, double.MaxValue));
        AssertSame(double.NegativeInfinity, SumOf(-double.MaxValue, -double.MaxValue));
        AssertSame(double.MaxValue, SumOf(double.MaxValue, double.MaxValue, -double.MaxValue));

        // Half of the last step above the largest double rounds to infinity, anything less does not.
        var halfStep = Math.ScaleB(1.0, 970);
        AssertSame(double.PositiveInfinity, SumOf(double.MaxValue, halfStep));
        AssertSame(double.MaxValue, SumOf(double.MaxValue, halfStep, -Tiny));
    }

    [Fact]
    public void Bins_added_one_by_one_give_the_same_sum()
    {
        // 3 x 2^52 in bin 32 is worth 3 x 2^(32 x 32 - 1075 + 52) = 6.
        var sum = new ExactSum();
        sum.AddBin(32, (Int128)3 << 52);
        sum.Add(0.5);
        AssertSame(6.5, sum.ToDouble());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(ExactSum.BinCount)]
    public void A_bin_that_does_not_exist_is_refused(int bin) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExactSum().AddBin(bin, 1));

    private static double[] RandomDoubles(Random random)
    {
        var values = new double[random.Next(1, 40)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = random.Next(6) switch
            {
                0 => BitConverter.Int64BitsToDouble(random.NextInt64(1L << 52)),
                1 => random.Next(-1000, 1000) / 4.0,
                2 when i > 0 => -values[random.Next(i)],
                3 => Math.ScaleB(random.Next(1, 16), random.Next(-60, 60)),
                _ => AnyFinite(random),
            };
        }

        return values;
    }

    private static double AnyFinite(Random random)
    {
        while (true)
        {
            var value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (double.IsFinite(value))
            {
                return value;
            }
        }
    }

    private static long RandomInteger(Random random) => random.NextInt64(-(1L << 53), (1L << 53) + 1) >> random.Next(54);

    private static double SumOf(params double[] values)
    {
        var sum = new ExactSum();
        Array.ForEach(values, sum.Add);
        return sum.ToDouble();
    }

    private static void AssertSame(double expected, double actual) =>
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(actual));
}
