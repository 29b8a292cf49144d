// Goal: what a promotion takes for a value of a type is what a column of that type would have taken from an event, checked on the real engine; everything else
// stays where it is, byte for byte.
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Tables;
using Analytics.Tests.ClickHouse;
using Xunit;

namespace Analytics.Tests.Tables;

public sealed class PromotionSqlTests(EngineFixture engine)
{
    private static readonly string[] Texts =
    [
        "", "0", "-0", "1", "+1", " 1", "01", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "9007199254740992", "9007199254740993", "1.5",
        "-1.5e3", "1e400", "1.", ".5", "nan", "inf", "0x10", "true", "false", "True", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.123+02:00",
        "2026-01-02T03:04:05.1234Z", "2026-01-02", "2026-13-02T03:04:05Z", "[1]", "it's",
    ];

    public static TheoryData<ColumnType, string[]> Moved => new()
    {
        { ColumnType.Bool, ["true=true", "false=false"] },
        {
            ColumnType.Int64,
            ["0=0", "-0=0", "1=1", "01=1", "9223372036854775807=9223372036854775807", "-9223372036854775808=-9223372036854775808", "9007199254740992=9007199254740992", "9007199254740993=9007199254740993"]
        },
        { ColumnType.Float64, ["0=0", "-0=-0", "1=1", "01=1", "9007199254740992=9007199254740992", "1.5=1.5", "-1.5e3=-1500"] },
        { ColumnType.DateTime, ["2026-01-02T03:04:05Z=2026-01-02 03:04:05.000", "2026-01-02T03:04:05.123+02:00=2026-01-02 01:04:05.123"] },
    };

    [Theory]
    [MemberData(nameof(Moved))]
    public async Task Values_that_fit_move_and_others_stay(ColumnType type, string[] moved)
    {
        var (table, column) = await MoveAsync(type);
        var rows = await table.ReadAsync($"SELECT key || '=' || ifNull(toString({column}), '?') FROM $ WHERE isNotNull({column}) ORDER BY n");
        Assert.Equal(moved, rows);
        var left = await table.ReadAsync("SELECT _extra['f'] FROM $ WHERE mapContains(_extra, 'f') ORDER BY n");
        Assert.Equal(Texts.Except(moved.Select(pair => pair[..pair.IndexOf('=', StringComparison.Ordinal)])), left);
        Assert.Equal(Texts.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), (await table.ReadAsync("SELECT toString(countIf(_extra['other'] = 'stays')) FROM $"))[0]);
    }

    [Theory]
    [InlineData(ColumnType.String)]
    [InlineData(ColumnType.LowCardinalityString)]
    public async Task Every_text_moves_to_a_column_of_texts(ColumnType type)
    {
        var (table, column) = await MoveAsync(type);
        Assert.Equal(Texts, await table.ReadAsync($"SELECT {column} FROM $ ORDER BY n"));
        Assert.Empty(await table.ReadAsync("SELECT 'x' FROM $ WHERE mapContains(_extra, 'f')"));
    }

    [Fact]
    public async Task Again_it_changes_nothing()
    {
        var (table, column) = await MoveAsync(ColumnType.Int64);
        var before = await table.ReadAsync($"SELECT concat(ifNull(toString({column}), '?'), toString(_extra)) FROM $ ORDER BY n");
        await table.PromoteAsync(ColumnType.Int64);
        Assert.Equal(before, await table.ReadAsync($"SELECT concat(ifNull(toString({column}), '?'), toString(_extra)) FROM $ ORDER BY n"));
    }

    [Fact]
    public void Arrays_are_not_made_of_texts() => Assert.Throws<ArgumentOutOfRangeException>(() => PromotionSql.Move("t", new TableColumn("f", ColumnType.ArrayInt64)));

    private async Task<(ExtraTable Table, string Column)> MoveAsync(ColumnType type)
    {
        var clickHouse = await engine.OpenAsync();
        var table = new ExtraTable(clickHouse, await engine.NewDatabaseAsync());
        await table.FillAsync(Texts);
        await table.PromoteAsync(type);
        return (table, "f");
    }

    private sealed class ExtraTable(IClickHouse clickHouse, string project)
    {
        private readonly string _name = SqlText.Table(project, "m");

        public async Task FillAsync(string[] texts)
        {
            await clickHouse.ExecuteAsync($"CREATE TABLE {_name} (n UInt32, key String, _extra Map(String, String)) ENGINE = MergeTree ORDER BY n");
            var rows = texts.Select((text, i) => $"({i}, {SqlText.Literal(text)}, map('f', {SqlText.Literal(text)}, 'other', 'stays'))");
            await clickHouse.ExecuteAsync($"INSERT INTO {_name} VALUES {string.Join(", ", rows)}");
        }

        public async Task PromoteAsync(ColumnType type)
        {
            var column = new TableColumn("f", type);
            foreach (var statement in TableSql.Alter(_name, [], [column]))
            {
                await clickHouse.ExecuteAsync(statement);
            }

            var promotion = new TablePromotion(clickHouse, new TablePlace(ServerLayout.Lazy, project, "m"));
            await promotion.StartAsync(column, CancellationToken.None);
            await Eventually.IsTrueAsync(
                async () => await promotion.ReadAsync(column, CancellationToken.None) is { IsDone: true }, TimeSpan.FromSeconds(30), () => "The mutation does not end.");
        }

        public async Task<string[]> ReadAsync(string sql) =>
            [.. (await clickHouse.ReadRowsAsync(sql.Replace("$", _name, StringComparison.Ordinal), null, CancellationToken.None)).Select(row => row[0]!)];
    }
}
