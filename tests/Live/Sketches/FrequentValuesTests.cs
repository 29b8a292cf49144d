// Goal: beyond the bound of exact counts the frequent values are found, with counts that are never too low and too high only within the error that is told.
using System.Globalization;
using System.Text;
using Analytics.Grains.Live.Sketches;
using Xunit;

namespace Analytics.Tests.Live.Sketches;

public sealed class FrequentValuesTests
{
    private const int Rows = 300_000;

    [Theory]
    [InlineData(1.05)]
    [InlineData(1.3)]
    [InlineData(1.5)]
    public void Frequent_values_of_a_skewed_column_are_found(double exponent)
    {
        var (tally, counts) = Take(Zipf(exponent, new Random(7)));
        Assert.False(tally.IsExact);
        var top = tally.Top()!;
        var found = top.Select(one => one.Value).ToHashSet();

        // What is 2 % of all is among the candidates with 99.4 %; ten of them are shown.
        var frequent = counts.Where(pair => pair.Value >= Rows * 0.02).OrderByDescending(pair => pair.Value).Take(5).Select(pair => pair.Key).ToList();
        Assert.NotEmpty(frequent);
        Assert.Subset(found, frequent.ToHashSet());
        foreach (var one in top)
        {
            Assert.InRange(one.Count, counts[one.Value], counts[one.Value] + one.Error!.Value);
        }

        Assert.Equal(top.OrderByDescending(one => one.Count).Select(one => one.Count), top.Select(one => one.Count));
        Assert.Equal((long)Math.Ceiling(Math.E / 512 * Rows), top[0].Error);
    }

    [Fact]
    public void Estimates_hold_their_bound_as_often_as_told()
    {
        var sketch = new FrequencySketch();
        var random = new Random(11);
        var counts = new Dictionary<long, long>();
        for (var i = 0; i < Rows; i++)
        {
            long value = random.Next(50_000);
            sketch.Add(ValueHash.Of(value), 1);
            counts[value] = counts.GetValueOrDefault(value) + 1;
        }

        Assert.All(counts, pair => Assert.True(sketch.Estimate(ValueHash.Of(pair.Key)) >= pair.Value));
        var beyond = counts.Count(pair => sketch.Estimate(ValueHash.Of(pair.Key)) > pair.Value + sketch.Error);
        Assert.InRange(beyond, 0, counts.Count * 0.02);
    }

    [Fact]
    public void A_sample_is_the_same_in_every_order_and_has_the_lowest_ranks()
    {
        var random = new Random(13);
        var rows = Enumerable.Range(0, 50_000).Select(i => (Value: (long)random.Next(3_000), Rank: ValueHash.Mix((ulong)i))).ToArray();
        var (forwards, backwards) = (new ValueSample<long>(), new ValueSample<long>());
        Array.ForEach(rows, row => forwards.Add(row.Value, row.Rank));
        Array.ForEach([.. Enumerable.Reverse(rows)], ((long Value, ulong Rank) row) => backwards.Add(row.Value, row.Rank));
        var lowest = rows.GroupBy(row => row.Value).Select(group => KeyValuePair.Create(group.Key, group.Min(row => row.Rank)))
            .OrderBy(pair => pair.Value).Take(ValueSample<long>.ValuesMax).ToList();
        Assert.Equal(lowest, forwards.Ranks.OrderBy(pair => pair.Value));
        Assert.Equal(lowest, backwards.Ranks.OrderBy(pair => pair.Value));
        Assert.Equal(lowest[^1].Value, forwards.Bound);
    }

    [Fact]
    public void A_sample_that_is_not_full_takes_everything()
    {
        var sample = new ValueSample<long>();
        for (var i = 0; i < ValueSample<long>.ValuesMax - 1; i++)
        {
            sample.Add(i, ulong.MaxValue - 1);
        }

        Assert.Equal(ulong.MaxValue, sample.Bound);
        Assert.Equal(ValueSample<long>.ValuesMax - 1, sample.Ranks.Count);
    }

    [Theory]
    [InlineData(NumberTally.ValuesMax, true)]
    [InlineData(NumberTally.ValuesMax + 1, false)]
    public void Numbers_are_counted_one_by_one_up_to_their_bound(int different, bool isExact)
    {
        foreach (var kind in Enum.GetValues<NumberKind>())
        {
            var tally = new NumberTally(kind);
            for (var i = 0; i < different * 2; i++)
            {
                tally.Add(kind == NumberKind.Double ? NumberTally.KeyOf(i % different) : i % different, ValueHash.Mix((ulong)i));
            }

            Assert.Equal(isExact, tally.IsExact);
            Assert.InRange(tally.Unique, different * 0.95, different * 1.05);
            Assert.Equal(isExact || kind == NumberKind.Integer, tally.Top() is not null);
        }
    }

    private static (TextTally Tally, Dictionary<string, long> Counts) Take(IEnumerable<int> values)
    {
        var tally = new TextTally();
        var counts = new Dictionary<string, long>();
        var row = 0UL;
        foreach (var value in values)
        {
            var text = value.ToString(CultureInfo.InvariantCulture);
            tally.Add(Encoding.UTF8.GetBytes(text), ValueHash.Mix(row++));
            counts[text] = counts.GetValueOrDefault(text) + 1;
        }

        return (tally, counts);
    }

    private static IEnumerable<int> Zipf(double exponent, Random random)
    {
        const int Values = 100_000;
        var weights = new double[Values];
        var sum = 0.0;
        for (var i = 0; i < Values; i++)
        {
            weights[i] = sum += Math.Pow(i + 1, -exponent);
        }

        for (var i = 0; i < Rows; i++)
        {
            var index = Array.BinarySearch(weights, random.NextDouble() * sum);
            yield return index < 0 ? ~index : index;
        }
    }
}
