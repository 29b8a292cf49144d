// Goal: a column of integers that became one of doubles is, in live state, the same as one that had been doubles all along;
// and it may become one only while every integer is a double exactly.
using Analytics.Grains.Columns;
using Analytics.Grains.Live;
using Analytics.Tests.Columns;
using Xunit;

namespace Analytics.Tests.Live;

public sealed class LiveWideningTests
{
    [Fact]
    public void A_widened_column_is_as_if_it_had_been_doubles_all_along()
    {
        Seeded.Run(300, static random =>
        {
            var integers = Columns.Of([.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => TestValue.Int(Exact(random)))]);
            var later = Columns.Of([.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => AnyNumber(random))]);
            var before = new LiveInt64();
            Assert.Equal(0, before.Apply(integers, null));
            Assert.True(before.CanBecomeFloat64);

            var widened = LiveFloat64.From(before);
            var always = new LiveFloat64();
            Assert.Equal(0, always.Apply(integers, null));
            Assert.Equal(StateText.Hex(always), StateText.Hex(widened));
            Assert.Equivalent(Columns.Describe(always), Columns.Describe(widened), strict: true);

            Assert.Equal(always.Apply(later, null), widened.Apply(later, null));
            Assert.Equal(StateText.Hex(always), StateText.Hex(widened));
            Assert.Equivalent(Columns.Describe(always), Columns.Describe(widened), strict: true);
        });
    }

    [Fact]
    public void A_column_without_values_widens_to_one_without_values()
    {
        var widened = LiveFloat64.From(new LiveInt64());
        Assert.Equal(Columns.Describe(new LiveFloat64()), Columns.Describe(widened));
        Assert.Null(Columns.Describe(widened).Min);
    }

    [Theory]
    [InlineData(ColumnFit.ExactIntegerMax, true)]
    [InlineData(-ColumnFit.ExactIntegerMax, true)]
    [InlineData(ColumnFit.ExactIntegerMax + 1, false)]
    [InlineData(-ColumnFit.ExactIntegerMax - 1, false)]
    [InlineData(long.MaxValue, false)]
    [InlineData(long.MinValue, false)]
    public void One_integer_beyond_2_to_the_53_forbids_it(long value, bool isAllowed)
    {
        var field = new LiveInt64();
        field.Apply(Columns.Of(TestValue.Int(0), TestValue.Int(value), TestValue.Int(0)), null);
        Assert.Equal(isAllowed, field.CanBecomeFloat64);
    }

    [Fact]
    public void Integers_that_are_no_doubles_are_conflicts_of_a_column_of_doubles()
    {
        var field = new LiveFloat64();
        var conflicts = field.Apply(
            Columns.Of(
                TestValue.Int(ColumnFit.ExactIntegerMax), TestValue.Int(ColumnFit.ExactIntegerMax + 1),
                TestValue.Int(-ColumnFit.ExactIntegerMax), TestValue.Int(-ColumnFit.ExactIntegerMax - 1)),
            null);
        Assert.Equal(2, conflicts);
        Assert.Equal(2, field.Count);
        Assert.Equal("0", Columns.Describe(field).Sum!.Value.Text);
    }

    [Fact]
    public void The_sum_of_integers_is_exact_beyond_64_bits()
    {
        var field = new LiveInt64();
        field.Apply(Columns.Of(TestValue.Int(long.MaxValue), TestValue.Int(long.MaxValue), TestValue.Int(1)), null);
        var snapshot = Columns.Describe(field);
        Assert.Equal("18446744073709551615", snapshot.Sum!.Value.Text);
        Assert.Equal("1", snapshot.Min!.Value.Text);
        Assert.Equal("9223372036854775807", snapshot.Max!.Value.Text);
    }

    [Fact]
    public void Negative_zero_is_zero_whatever_comes_first()
    {
        foreach (var values in new double[][] { [-0.0], [-0.0, 0.0], [0.0, -0.0] })
        {
            var field = new LiveFloat64();
            field.Apply(Columns.Of([.. values.Select(TestValue.Float)]), null);
            Assert.Equal("0", Columns.Describe(field).Min!.Value.Text);
            Assert.Equal("0", Columns.Describe(field).Max!.Value.Text);
            Assert.Equal("0", Columns.Describe(field).Sum!.Value.Text);
        }
    }

    [Fact]
    public void A_sum_beyond_the_range_of_doubles_is_no_json_number()
    {
        var field = new LiveFloat64();
        field.Apply(Columns.Of(TestValue.Float(double.MaxValue), TestValue.Float(double.MaxValue)), null);
        Assert.Null(Columns.Describe(field).Sum);
        Assert.Null(Columns.Describe(field).Avg);
        Assert.NotNull(Columns.Describe(field).Max);
    }

    private static long Exact(Random random) => random.NextInt64(-ColumnFit.ExactIntegerMax, ColumnFit.ExactIntegerMax + 1) >> random.Next(54);

    private static TestValue AnyNumber(Random random) => random.Next(4) switch
    {
        0 => TestValue.Int(Exact(random)),
        1 => TestValue.Int(random.NextInt64(long.MinValue, long.MaxValue)),
        2 => TestValue.Float(Math.ScaleB((random.NextDouble() * 2) - 1, random.Next(-1000, 1000))),
        _ => TestValue.Float(random.Next(-100, 100) / 8.0),
    };
}
