// Goal: the limit for table names is the engine's own: the longest name it says fits is created and dropped, one byte more is refused by both.
using Analytics.Grains.ClickHouse;
using Xunit;

namespace Analytics.Tests.ClickHouse;

public sealed class TableNameLimitTests(EngineFixture engine)
{
    [Theory]
    [InlineData("short", "x", 1)]
    [InlineData("a_database_with_a_name_of_the_longest_length_a_project_may_have_", "x", 1)]
    [InlineData("short", "я", 6)]
    [InlineData("short", "/", 3)]
    [InlineData("short", "🎈", 12)]
    [InlineData("short", "_", 1)]
    [InlineData("short", "-", 3)]
    public async Task The_longest_name_is_the_engines(string prefix, string unit, int unitBytes)
    {
        var clickHouse = await engine.OpenAsync();
        var database = prefix[..Math.Min(prefix.Length, 60)] + await engine.NewDatabaseAsync();
        await clickHouse.ExecuteAsync($"CREATE DATABASE {database}");
        Assert.Equal(unitBytes, TableNameLimit.FileNameBytes(unit));
        var count = (213 - database.Length) / unitBytes;
        var longest = string.Concat(Enumerable.Repeat(unit, count));
        var tooLong = longest + unit;

        Assert.True(TableNameLimit.Fits(database, longest));
        await clickHouse.ExecuteAsync($"CREATE TABLE {SqlText.Table(database, longest)} (a Int8) ENGINE = MergeTree ORDER BY a");
        await clickHouse.ExecuteAsync($"DROP TABLE {SqlText.Table(database, longest)}");

        Assert.False(TableNameLimit.Fits(database, tooLong));
        await Assert.ThrowsAsync<ClickHouseException>(() =>
            clickHouse.ExecuteAsync($"CREATE TABLE {SqlText.Table(database, tooLong)} (a Int8) ENGINE = MergeTree ORDER BY a"));
    }
}
