// Goal: on a cluster every statement is exactly this text: rows in a replicated table of each shard, a Distributed one in front, each for all servers, and the system's own tables whole
// on every server. A block must go to one shard.
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Metrics;
using Analytics.Grains.Tables;
using Analytics.Tests.ClickHouse;
using Xunit;

namespace Analytics.Tests.Tables;

public sealed class ClusterSqlTests
{
    private static readonly ServerLayout Layout = new() { Cluster = "main" };
    private static readonly TablePlace Place = new(Layout, "shop", "buy/now {x}");

    [Fact]
    public void A_table_is_one_of_rows_on_each_shard_and_one_in_front_on_every_server() => Assert.Equal(
        [
            "CREATE DATABASE IF NOT EXISTS `shop` ON CLUSTER `main` ENGINE = Atomic",
            "CREATE DATABASE IF NOT EXISTS `shop~local` ON CLUSTER `main` ENGINE = Atomic",
            "CREATE TABLE IF NOT EXISTS `shop~local`.`buy/now {x}` ON CLUSTER `main` (`_time` DateTime64(3, 'UTC') CODEC(T64, LZ4), `_id` String, `_received` DateTime64(3, 'UTC') CODEC(Delta, LZ4), " +
                "`_partition` UInt32, `_offset` UInt64 CODEC(Delta, LZ4), `_seq` UInt32, `_inserted` DateTime('UTC'), `_extra` Map(String, String), `amount` Nullable(Float64), " +
                "INDEX _inserted_range _inserted TYPE minmax GRANULARITY 1) " +
                "ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/shop%7Elocal/buy%2Fnow%20%7Bx%7D', '{replica}') " +
                "PARTITION BY toYYYYMM(_inserted) ORDER BY _time SETTINGS min_bytes_for_wide_part = 134217728",
            "CREATE TABLE IF NOT EXISTS `shop`.`buy/now {x}` ON CLUSTER `main` AS `shop~local`.`buy/now {x}` " +
                "ENGINE = Distributed('main', 'shop~local', 'buy/now {x}', intHash64(toUnixTimestamp(_inserted)))",
        ],
        Place.Create([new("amount", ColumnType.Float64)]));

    [Fact]
    public void Columns_come_to_the_rows_first_and_to_every_replica() => Assert.Equal(
        [
            "ALTER TABLE `shop~local`.`buy/now {x}` ON CLUSTER `main` ADD COLUMN IF NOT EXISTS `b` Nullable(Bool) SETTINGS alter_sync = 2",
            "ALTER TABLE `shop~local`.`buy/now {x}` ON CLUSTER `main` MODIFY COLUMN `a` Nullable(Float64) CODEC(Default) SETTINGS alter_sync = 2, mutations_sync = 2",
            "ALTER TABLE `shop`.`buy/now {x}` ON CLUSTER `main` ADD COLUMN IF NOT EXISTS `b` Nullable(Bool)",
            "ALTER TABLE `shop`.`buy/now {x}` ON CLUSTER `main` MODIFY COLUMN `a` Nullable(Float64) CODEC(Default) SETTINGS alter_sync = 2, mutations_sync = 2",
        ],
        Place.Alter([new("a", ColumnType.Int64)], [new("a", ColumnType.Float64), new("b", ColumnType.Bool)]));

    [Fact]
    public void A_name_that_fits_no_file_in_the_database_of_the_rows_is_cut_there()
    {
        var longest = new string('m', 209);
        Assert.Equal(longest, TableName.Of("shop", longest));
        var place = new TablePlace(Layout, "shop", longest);
        Assert.Equal($"`shop`.`{longest}`", place.QuotedName);
        Assert.True(TableNameLimit.Fits(place.RowsDatabase, place.RowsTable), place.QuotedRows);
        Assert.NotEqual(place.RowsTable, new TablePlace(Layout, "shop", longest[1..] + "n").RowsTable);
    }

    [Fact]
    public void The_systems_own_tables_are_whole_on_every_server() => Assert.Equal(
        [
            "CREATE DATABASE IF NOT EXISTS `analytics` ON CLUSTER `main` ENGINE = Atomic",
            "CREATE TABLE IF NOT EXISTS analytics.projects ON CLUSTER `main` (project String, created DateTime64(3, 'UTC')) " +
                "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/analytics/projects', '{shard}-{replica}') ORDER BY project",
            "CREATE TABLE IF NOT EXISTS analytics.metrics ON CLUSTER `main` (project String, metric String, created DateTime64(3, 'UTC')) " +
                "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/analytics/metrics', '{shard}-{replica}') ORDER BY (project, metric)",
            "CREATE TABLE IF NOT EXISTS analytics.fields ON CLUSTER `main` (project String, metric String, field String, type String, changed DateTime64(3, 'UTC')) " +
                "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/analytics/fields', '{shard}-{replica}', changed) ORDER BY (project, metric, field)",
            "CREATE TABLE IF NOT EXISTS analytics.state ON CLUSTER `main` (name String, grain String, state String, version UInt64, saved DateTime64(3, 'UTC')) " +
                "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/analytics/state', '{shard}-{replica}', version) ORDER BY (name, grain) " +
                "SETTINGS index_granularity = 64",
        ],
        SystemTables.Statements(Layout).Take(5));

    [Fact]
    public void Every_statement_at_a_start_is_for_all_servers() =>
        Assert.All(SystemTables.Statements(Layout), statement => Assert.Contains(" ON CLUSTER `main` ", statement, StringComparison.Ordinal));

    [Fact]
    public async Task Rows_expire_and_move_in_the_tables_that_have_them()
    {
        var server = new ScriptedClickHouse(Layout)
        {
            ["system.storage_policies"] = [["tiers"]],
            ["system.tables"] = [["ReplicatedMergeTree('…', '{replica}') ORDER BY _time SETTINGS index_granularity = 8192", "default"]],
        };
        Assert.Null(await new TableRetention(server, Place).ApplyAsync(new RetentionPolicy { MoveAfterDays = 7, Volume = "slow", DeleteAfterDays = 30 }, CancellationToken.None));
        Assert.Contains("WHERE database = 'shop~local' AND name = 'buy/now {x}'", server.Statements[1], StringComparison.Ordinal);
        Assert.Equal(
            [
                "ALTER TABLE `shop~local`.`buy/now {x}` ON CLUSTER `main` MODIFY SETTING storage_policy = 'tiers'",
                "ALTER TABLE `shop~local`.`buy/now {x}` ON CLUSTER `main` MODIFY TTL _inserted + toIntervalDay(7) TO VOLUME 'slow', _inserted + toIntervalDay(30)",
            ],
            server.Statements[2..]);
    }

    [Fact]
    public async Task A_promotion_is_started_watched_and_ended_on_every_shard()
    {
        var server = new ScriptedClickHouse(Layout) { ["system.mutations"] = [["5", "0", "out of memory"]] };
        var promotion = new TablePromotion(server, Place);
        var column = new TableColumn("n", ColumnType.Int64);
        await promotion.StartAsync(column, CancellationToken.None);
        Assert.Equal(new MutationProgress(5, false, "out of memory"), await promotion.ReadAsync(column, CancellationToken.None));
        await promotion.StopAsync(column, CancellationToken.None);
        const string Condition = "database = 'shop~local' AND table = 'buy/now {x}' AND (position(command, 'UPDATE `n` = ') > 0 OR position(command, 'UPDATE n = ') > 0)";
        Assert.StartsWith("ALTER TABLE `shop~local`.`buy/now {x}` ON CLUSTER `main` UPDATE `n` = ", server.Statements[0], StringComparison.Ordinal);
        Assert.Equal(
            "SELECT toString(sum(parts_to_do)), toString(min(is_done)), max(latest_fail_reason) FROM (SELECT parts_to_do, is_done, latest_fail_reason " +
            $"FROM cluster('main', system.mutations) WHERE {Condition} ORDER BY create_time DESC, mutation_id DESC LIMIT 1 BY _shard_num) HAVING count() > 0",
            server.Statements[1]);
        Assert.Equal($"KILL MUTATION ON CLUSTER `main` WHERE {Condition} AND NOT is_done SYNC", server.Statements[2]);
    }

    [Theory]
    [InlineData(ScratchKind.Whole, " ENGINE = MergeTree PARTITION BY toYYYYMM(_inserted) ORDER BY _time SETTINGS min_bytes_for_wide_part = 134217728")]
    [InlineData(ScratchKind.Expressions, " ENGINE = Null")]
    public async Task A_scratch_table_is_never_another_way_to_the_rows(object kind, string engine)
    {
        var server = new ScriptedClickHouse(Layout);
        await ScratchTable.CreateAsync(server, Place, (ScratchKind)kind, CancellationToken.None);
        Assert.StartsWith("CREATE TABLE `analytics`.`refusal_search_", server.Statements[0], StringComparison.Ordinal);
        Assert.EndsWith(" AS `shop~local`.`buy/now {x}`" + engine, server.Statements[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_column_is_there_when_both_tables_have_it()
    {
        var server = new ScriptedClickHouse(Layout)
        {
            ["system.columns"] =
            [
                ["shop", "buy/now {x}", "a", "Nullable(Int64)"], ["shop", "buy/now {x}", "b", "Nullable(Bool)"],
                ["shop~local", "buy/now {x}", "a", "Nullable(Float64)"], ["shop~local", "buy/now {x}", "c", "Nullable(Bool)"],
            ],
        };
        var catalog = new TableCatalog(server, TimeProvider.System);
        Assert.Equal([("a", "Nullable(Int64)")], await catalog.ReadColumnsAsync(Place, CancellationToken.None));
    }
}
