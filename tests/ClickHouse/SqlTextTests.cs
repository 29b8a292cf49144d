// Goal: every name and every string survives quoting: what the engine stored is, byte for byte, what was given.
using System.Text;
using Analytics.GrainInterfaces.Names;
using Analytics.Grains.ClickHouse;
using Xunit;

namespace Analytics.Tests.ClickHouse;

public sealed class SqlTextTests(EngineFixture engine)
{
    public static TheoryData<string> NastyNames =>
    [
        "plain", "with space", "SELECT", "a.b", "a/b", "..", "%s", "{x:String}", "`", "``", "'", "\"", "\\", "\\`", "`\\", "a\\n", "--", "/* */", ";",
        "ключ", "中文", "🎈", "e\u0301", "\u200B", "\u00A0", "_time", "a,b", "(a)", "$x$", "#", new string('x', 128), new string('я', 32), new string('`', 64),
    ];

    public static TheoryData<string> LongNames => [new string('x', 128), new string('я', 64), new string('`', 128), new string('\\', 128), string.Concat(Enumerable.Repeat("🎈", 32))];

    [Theory]
    [MemberData(nameof(NastyNames))]
    public async Task A_name_is_stored_as_given(string name)
    {
        var clickHouse = await engine.OpenAsync();
        var database = await engine.NewDatabaseAsync();
        Assert.True(FieldName.IsValid(Encoding.UTF8.GetBytes(name)));
        await clickHouse.ExecuteAsync($"CREATE TABLE {SqlText.Table(database, name)} ({SqlText.Identifier(name)} Int8) ENGINE = MergeTree ORDER BY tuple()");
        await AssertStoredAsync(database, name);
        await clickHouse.ExecuteAsync($"DROP TABLE {SqlText.Table(database, name)} SYNC");
    }

    [Theory]
    [MemberData(nameof(LongNames))]
    public async Task A_column_of_the_longest_name_holds_values(string name)
    {
        var clickHouse = await engine.OpenAsync();
        var database = await engine.NewDatabaseAsync();
        Assert.Equal(FieldName.BytesMax, Encoding.UTF8.GetByteCount(name));
        await clickHouse.ExecuteAsync(
            $"CREATE TABLE {database}.t ({SqlText.Identifier(name)} Nullable(Int64)) ENGINE = MergeTree ORDER BY tuple() SETTINGS min_bytes_for_wide_part = 0");
        await clickHouse.ExecuteAsync($"INSERT INTO {database}.t ({SqlText.Identifier(name)}) VALUES (42)");
        Assert.Equal("42", await engine.QueryTextAsync($"SELECT {SqlText.Identifier(name)} FROM {database}.t"));
    }

    [Fact]
    public async Task Random_names_are_stored_as_given()
    {
        const string alphabet = "ab`'\"\\.n0xN;-/*{}%$ \u00e9я中";
        var random = new Random(20261120);
        var clickHouse = await engine.OpenAsync();
        var database = await engine.NewDatabaseAsync();
        for (var i = 0; i < 100; i++)
        {
            var name = new string(random.GetItems<char>(alphabet, random.Next(1, 40)));
            await clickHouse.ExecuteAsync($"CREATE OR REPLACE TABLE {SqlText.Table(database, name)} ({SqlText.Identifier(name)} Int8) ENGINE = Memory");
            await AssertStoredAsync(database, name);
        }
    }

    [Theory]
    [InlineData("na`me")]
    [InlineData("na\\me")]
    [InlineData("имя")]
    public async Task A_database_may_have_any_name_too(string name)
    {
        var clickHouse = await engine.OpenAsync();
        await clickHouse.ExecuteAsync($"CREATE DATABASE {SqlText.Identifier(name)}");
        var count = await engine.QueryTextAsync($"SELECT count() FROM system.databases WHERE name = {SqlText.Literal(name)}");
        await clickHouse.ExecuteAsync($"DROP DATABASE {SqlText.Identifier(name)}");
        Assert.Equal("1", count);
    }

    [Fact]
    public async Task Random_literals_and_parameters_are_read_as_given()
    {
        const string alphabet = "ab`'\"\\.n0xN;-\n\t\r\0\b\f\u007f\u00e9я中";
        var random = new Random(20261121);
        var clickHouse = await engine.OpenAsync();
        for (var i = 0; i < 300; i++)
        {
            var value = new string(random.GetItems<char>(alphabet, random.Next(0, 40)));
            var answer = await clickHouse.QueryAsync(
                $"SELECT hex({SqlText.Literal(value)}), hex({{p:String}})", "TSVRaw", new Dictionary<string, string> { ["p"] = SqlText.Parameter(value) });
            var hex = Convert.ToHexString(Encoding.UTF8.GetBytes(value));
            Assert.Equal($"{hex}\t{hex}\n", Encoding.UTF8.GetString(answer));
        }
    }

    [Fact]
    public void An_empty_name_is_refused()
    {
        Assert.Throws<ArgumentException>(() => SqlText.Identifier(string.Empty));
        Assert.Throws<ArgumentException>(() => SqlText.Table("a", string.Empty));
        Assert.Throws<ArgumentException>(() => SqlText.Identifiers(["a", string.Empty]));
    }

    private async Task AssertStoredAsync(string database, string name)
    {
        var hex = Convert.ToHexString(Encoding.UTF8.GetBytes(name));
        var stored = await engine.QueryTextAsync(
            $"SELECT hex(table), hex(name) FROM system.columns WHERE database = {SqlText.Literal(database)} AND table = {SqlText.Literal(name)}");
        Assert.Equal($"{hex}\t{hex}", stored);
    }
}
