// Goal: a text column's counts are exact up to the bounds and estimates beyond them, one way only, for the same set of values always.
using System.Text;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;
using Analytics.Grains.Live.Sketches;
using Analytics.Tests.Columns;
using Xunit;

namespace Analytics.Tests.Live;

public sealed class LiveTextTests
{
    [Fact]
    public void Values_are_counted_most_frequent_first_and_by_bytes_among_equals()
    {
        var field = Taken(["b", "a", "c", "b", "B", "é"]);
        var snapshot = Columns.Describe(field);
        Assert.Equal(5, snapshot.Unique);
        Assert.Equal([new("b", 2), new("B", 1), new("a", 1), new("c", 1), new("é", 1)], snapshot.Top!);
    }

    [Fact]
    public void Only_the_first_ten_are_shown()
    {
        var snapshot = Columns.Describe(Taken(Enumerable.Range(0, 11).Select(i => $"v{i:00}")));
        Assert.Equal(11, snapshot.Unique);
        Assert.Equal(Enumerable.Range(0, TextTally.TopMax).Select(i => new TopValue($"v{i:00}", 1)), snapshot.Top!);
    }

    [Fact]
    public void A_thousand_different_values_are_counted()
    {
        var snapshot = Columns.Describe(Taken(Distinct(TextTally.ValuesMax)));
        Assert.Equal(TextTally.ValuesMax, snapshot.Unique);
        Assert.NotNull(snapshot.Top);
    }

    [Fact]
    public void With_one_more_they_are_estimates_for_good_but_not_the_count()
    {
        var field = Taken(Distinct(TextTally.ValuesMax + 1));
        Assert.Equal(0, field.Apply(Columns.Of(TestValue.Text("v1")), null));
        var snapshot = Columns.Describe(field);
        Assert.InRange(snapshot.Unique!.Value, TextTally.ValuesMax * 0.95, TextTally.ValuesMax * 1.05);
        Assert.All(snapshot.Top!, top => Assert.NotNull(top.Error));
        Assert.Equal(TextTally.ValuesMax + 2, snapshot.Count);
    }

    [Fact]
    public void Bytes_of_different_values_are_bounded_too()
    {
        var half = new string('x', (TextTally.BytesMax / 2) - 1);
        Assert.True(Taken([half + "1", half + "2", half + "1"]).Values.IsExact);
        Assert.False(Taken([half + "1", half + "22"]).Values.IsExact);
        Assert.False(Taken([half + "1", half + "2", "3"]).Values.IsExact);
    }

    [Fact]
    public void The_empty_string_is_a_value()
    {
        var snapshot = Columns.Describe(Taken([string.Empty, "a", string.Empty]));
        Assert.Equal([new(string.Empty, 2), new("a", 1)], snapshot.Top!);
    }

    [Fact]
    public void Without_values_there_are_no_counts()
    {
        var snapshot = Columns.Describe(new LiveText(ColumnType.String));
        Assert.Null(snapshot.Unique);
        Assert.Null(snapshot.Top);
    }

    [Fact]
    public void Booleans_are_counted_as_words()
    {
        var field = new LiveText(ColumnType.Bool);
        Assert.Equal(0, field.Apply(Columns.Of(TestValue.Bool(true), TestValue.Bool(false), TestValue.Bool(true)), null));
        Assert.Equal([new("true", 2), new("false", 1)], Columns.Describe(field).Top!);
    }

    [Fact]
    public void Other_kinds_are_conflicts_and_change_nothing()
    {
        var field = Taken(["a"]);
        var conflicts = field.Apply(Columns.Of(TestValue.Int(1), TestValue.Float(1.5), TestValue.Bool(true), TestValue.Texts("a"), TestValue.NoElements()), null);
        Assert.Equal(5, conflicts);
        Assert.Equal([new("a", 1)], Columns.Describe(field).Top!);
        Assert.Equal(1, field.Count);
    }

    [Fact]
    public void Times_and_json_in_a_text_column_count_as_their_text()
    {
        var field = new LiveText(ColumnType.String);
        Assert.Equal(0, field.Apply(Columns.Of(TestValue.Time("2026-11-20T10:00Z"), TestValue.Json("[{}]")), null));
        Assert.Equal([new("2026-11-20T10:00Z", 1), new("[{}]", 1)], Columns.Describe(field).Top!);
    }

    [Fact]
    public void Rows_that_are_not_kept_do_not_count_and_are_no_conflicts()
    {
        var field = new LiveText(ColumnType.String);
        Assert.Equal(0, field.Apply(Columns.Of(TestValue.Text("a"), TestValue.Text("b"), TestValue.Int(1)), [true, false, false]));
        Assert.Equal([new("a", 1)], Columns.Describe(field).Top!);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(TextTally.ValuesMax)]
    [InlineData(TextTally.ValuesMax + 1)]
    public void Values_taken_with_their_counts_are_the_same_as_counted_ones(int valueCount)
    {
        var counted = Taken(Distinct(valueCount).Concat(Distinct(valueCount)));
        var restored = new LiveText(ColumnType.String);
        restored.Merge(valueCount * 2);
        var ranks = new RowRanks([.. Enumerable.Range(0, valueCount * 2).Select(row => (long)row)], new int[valueCount * 2], 0);
        foreach (var (value, i) in Distinct(valueCount).Select((value, i) => (value, i)).Reverse())
        {
            restored.Tally!.Add(new ValueRow(Encoding.UTF8.GetBytes(value), 2, Math.Min(ranks.Of(i), ranks.Of(i + valueCount))));
        }

        Assert.Equal(StateText.Hex(counted), StateText.Hex(restored));
        Assert.Equivalent(Columns.Describe(counted), Columns.Describe(restored), strict: true);
    }

    private static IEnumerable<string> Distinct(int count) => Enumerable.Range(0, count).Select(i => $"v{i}");

    private static LiveText Taken(IEnumerable<string> values)
    {
        var field = new LiveText(ColumnType.String);
        Assert.Equal(0, field.Apply(Columns.Of([.. values.Select(TestValue.Text)]), null));
        return field;
    }
}
