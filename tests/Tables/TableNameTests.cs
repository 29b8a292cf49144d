// Goal: a metric's table has the metric's name wherever ClickHouse can take it, and a name of its own where it cannot.
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Tables;
using Xunit;

namespace Analytics.Tests.Tables;

public sealed class TableNameTests
{
    private const string Project = "shop";

    [Theory]
    [InlineData("purchase")]
    [InlineData("it's `odd`")]
    [InlineData("with~tilde")]
    [InlineData("almost~0123456789abcdef0123456789abcde")]
    public void Ordinary_names_are_kept(string metric) => Assert.Equal(metric, TableName.Of(Project, metric));

    [Fact]
    public void The_longest_name_that_fits_is_kept_and_the_next_is_cut()
    {
        var longest = string.Empty;
        while (TableNameLimit.Fits(Project, longest + "\u00e9"))
        {
            longest += "\u00e9";
        }

        Assert.Equal(longest, TableName.Of(Project, longest));
        var cut = TableName.Of(Project, longest + "\u00e9");
        Assert.Matches("^\u00e9+~[0-9a-f]{32}$", cut);
        Assert.True(TableNameLimit.Fits(Project, cut));
    }

    [Fact]
    public void Long_names_with_the_same_start_have_different_tables()
    {
        var start = new string('\u00e9', 63);
        Assert.NotEqual(TableName.Of(Project, start + "a"), TableName.Of(Project, start + "b"));
    }

    [Fact]
    public void A_metric_named_like_a_cut_name_is_not_taken_for_it()
    {
        var cut = TableName.Of(Project, new string('\u00e9', 64));
        Assert.NotEqual(cut, TableName.Of(Project, cut));
    }

    [Fact]
    public void A_character_of_two_units_is_not_split()
    {
        var cut = TableName.Of(Project, string.Concat(Enumerable.Repeat("\U0001F600", 32)));
        Assert.Matches("^(\U0001F600)+~[0-9a-f]{32}$", cut);
    }
}
