// Goal: a policy becomes the table's TTL and is read back as the same, old rows go and move, tables that are made later have it from the start, and rows that
// have expired are neither missing nor drift: the live state follows the table.
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Grains.Tables;
using Analytics.Tests.ClickHouse;
using Xunit;

namespace Analytics.Tests.Tables;

public sealed class TableRetentionTests(EngineFixture engine)
{
    private const string Metric = "m";

    public static TheoryData<int?, int?, string?, string> Policies => new()
    {
        { null, null, null, "" },
        { 90, null, null, "_inserted + toIntervalDay(90)" },
        { null, 7, "slow", "_inserted + toIntervalDay(7) TO VOLUME 'slow'" },
        { 90, 7, "slow", "_inserted + toIntervalDay(7) TO VOLUME 'slow', _inserted + toIntervalDay(90)" },
        { 36_500, 1, "it's", "_inserted + toIntervalDay(1) TO VOLUME 'it\\'s', _inserted + toIntervalDay(36500)" },
    };

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_policy_is_written_as_the_engine_writes_it(int? delete, int? move, string? volume, string ttl) =>
        Assert.Equal(ttl, RetentionSql.Ttl(new RetentionPolicy { DeleteAfterDays = delete, MoveAfterDays = move, Volume = volume }));

    [Theory]
    [InlineData("MergeTree ORDER BY _time", "")]
    [InlineData("MergeTree ORDER BY _time TTL _inserted + toIntervalDay(1)", "_inserted + toIntervalDay(1)")]
    [InlineData("MergeTree ORDER BY _time TTL a + toIntervalDay(1), b SETTINGS index_granularity = 8192", "a + toIntervalDay(1), b")]
    [InlineData("MergeTree ORDER BY _time SETTINGS index_granularity = 8192", "")]
    public void The_ttl_is_found_in_a_tables_engine(string engineFull, string ttl) => Assert.Equal(ttl, RetentionSql.TtlOf(engineFull));

    [Fact]
    public async Task A_table_gets_changes_and_loses_its_ttl_and_nothing_is_changed_twice()
    {
        var (clickHouse, project) = await CreateAsync();
        var counted = new CountingClickHouse(clickHouse);
        var retention = new TableRetention(counted, new TablePlace(ServerLayout.Lazy, project, Metric));
        foreach (var policy in new[] { Of(30), Of(60), Of(60, 5), RetentionPolicy.Forever, Of(30) })
        {
            Assert.Null(await retention.ApplyAsync(policy, CancellationToken.None));
            Assert.Equal(RetentionSql.Ttl(policy), RetentionSql.TtlOf(await EngineFullAsync(project)));
            counted.Executed = 0;
            Assert.Null(await retention.ApplyAsync(policy, CancellationToken.None));
            Assert.Equal(0, counted.Executed);
        }
    }

    [Fact]
    public async Task Old_rows_are_deleted_and_young_ones_stay()
    {
        var (clickHouse, project) = await CreateAsync();
        await InsertAsync(clickHouse, project, daysAgo: 40);
        await InsertAsync(clickHouse, project, daysAgo: 3);
        var retention = new TableRetention(clickHouse, new TablePlace(ServerLayout.Lazy, project, Metric));
        await retention.ApplyAsync(Of(30), CancellationToken.None);
        await clickHouse.ExecuteAsync($"OPTIMIZE TABLE {SqlText.Table(project, Metric)} FINAL");
        Assert.Equal(1, Assert.Single(await retention.CountByDayAsync(CancellationToken.None)).Value);
    }

    [Fact]
    public async Task Rows_move_to_the_slow_volume()
    {
        var (clickHouse, project) = await CreateAsync();
        await InsertAsync(clickHouse, project, daysAgo: 10);
        await InsertAsync(clickHouse, project, daysAgo: 1);
        await new TableRetention(clickHouse, new TablePlace(ServerLayout.Lazy, project, Metric)).ApplyAsync(Of(null, 5), CancellationToken.None);
        await Eventually.IsTrueAsync(
            async () => await DisksAsync(project) == "default\nslow",
            TimeSpan.FromSeconds(60),
            () => $"On disks {DisksAsync(project).GetAwaiter().GetResult()}.");
    }

    [Fact]
    public async Task A_volume_that_there_is_not_is_refused_and_nothing_changes()
    {
        var (clickHouse, project) = await CreateAsync();
        var refusal = await new TableRetention(clickHouse, new TablePlace(ServerLayout.Lazy, project, Metric)).ApplyAsync(new RetentionPolicy { MoveAfterDays = 1, Volume = "none" }, CancellationToken.None);
        Assert.Equal(SettingsRefusal.VolumeUnknown, refusal!.Code);
        Assert.Contains("'none'", refusal.Detail, StringComparison.Ordinal);
        Assert.Equal(string.Empty, RetentionSql.TtlOf(await EngineFullAsync(project)));
    }

    [Fact]
    public async Task Without_a_table_there_is_nothing_to_do_and_one_made_later_has_it_from_the_start()
    {
        var clickHouse = await engine.OpenAsync();
        var project = await engine.NewDatabaseAsync();
        Assert.Null(await new TableRetention(clickHouse, new TablePlace(ServerLayout.Lazy, project, Metric)).ApplyAsync(Of(30, 3), CancellationToken.None));
        await SystemTables.EnsureAsync(clickHouse, CancellationToken.None);
        var store = new TableStore(clickHouse, new TableCatalog(clickHouse, TimeProvider.System), project, Metric) { Retention = Of(30, 3) };
        await store.EnsureAsync([], CancellationToken.None);
        Assert.Equal(RetentionSql.Ttl(Of(30, 3)), RetentionSql.TtlOf(await EngineFullAsync(project)));
    }

    private static RetentionPolicy Of(int? deleteAfterDays, int? moveAfterDays = null) =>
        new() { DeleteAfterDays = deleteAfterDays, MoveAfterDays = moveAfterDays, Volume = moveAfterDays is null ? null : EngineConfig.SlowVolume };

    private static Task InsertAsync(EmbeddedClickHouse clickHouse, string project, int daysAgo) => clickHouse.ExecuteAsync(
        $"INSERT INTO {SqlText.Table(project, Metric)} (_time, _inserted, _offset) VALUES (now64(3), now() - INTERVAL {daysAgo} DAY, {daysAgo})");

    private async Task<(EmbeddedClickHouse ClickHouse, string Project)> CreateAsync()
    {
        var clickHouse = await engine.OpenAsync();
        var project = await engine.NewDatabaseAsync();
        await clickHouse.ExecuteAsync(TableSql.CreateTable(SqlText.Table(project, Metric), []));
        return (clickHouse, project);
    }

    private Task<string> EngineFullAsync(string project) => engine.QueryTextAsync($"SELECT engine_full FROM system.tables WHERE database = '{project}' AND name = '{Metric}'");

    private Task<string> DisksAsync(string project) =>
        engine.QueryTextAsync($"SELECT DISTINCT disk_name FROM system.parts WHERE active AND database = '{project}' AND table = '{Metric}' ORDER BY disk_name");

    private sealed class CountingClickHouse(IClickHouse inner) : IClickHouse
    {
        public int Executed { get; set; }

        public Task ExecuteAsync(string sql, CancellationToken cancellationToken = default)
        {
            Executed++;
            return inner.ExecuteAsync(sql, cancellationToken);
        }

        public Task<byte[]> QueryAsync(
            string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default) =>
            inner.QueryAsync(sql, format, parameters, cancellationToken);

        public Task<byte[]> QueryReadOnlyAsync(
            string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default) =>
            inner.QueryReadOnlyAsync(sql, format, parameters, cancellationToken);

        public Task InsertAsync(InsertBlock block, CancellationToken cancellationToken = default) => inner.InsertAsync(block, cancellationToken);
    }
}
