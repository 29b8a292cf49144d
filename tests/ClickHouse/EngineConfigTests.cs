// Goal: what is configured is what the engine has: the limits of memory and threads, and no rows dropped on the way because a setting's name changed.
using System.Globalization;
using Analytics.Grains.ClickHouse;
using Xunit;

namespace Analytics.Tests.ClickHouse;

public sealed class EngineConfigTests(EngineFixture engine)
{
    [Fact]
    public async Task The_engine_has_the_configured_sizes()
    {
        var options = EngineFixture.Options;
        Assert.Equal(options.MarkCacheBytesMax.ToString(CultureInfo.InvariantCulture), await ServerSettingAsync("mark_cache_size"));
        Assert.Equal(options.MergeThreads.ToString(CultureInfo.InvariantCulture), await ServerSettingAsync("background_pool_size"));
        Assert.Equal("16777216", await ServerSettingAsync("primary_index_cache_size"));
        Assert.Equal("0", await engine.QueryTextAsync("SELECT value FROM system.merge_tree_settings WHERE name = 'refresh_statistics_interval'"));
    }

    [Theory]
    [InlineData("async_insert", "false")]
    [InlineData("max_insert_threads", "1")]
    [InlineData("readonly", "0")]
    public async Task Our_own_connections_have_their_settings(string name, string value) =>
        Assert.Equal(value, await engine.QueryTextAsync($"SELECT toString(getSetting({SqlText.Literal(name)}))"));

    [Fact]
    public async Task The_engine_keeps_no_logs_of_its_own_in_tables()
    {
        await (await engine.OpenAsync()).ExecuteAsync("SYSTEM FLUSH LOGS");
        Assert.Equal("0", await engine.QueryTextAsync("SELECT count() FROM system.tables WHERE database = 'system' AND name LIKE '%\\\\_log' AND engine LIKE '%MergeTree'"));
    }

    [Fact]
    public async Task A_column_is_widened_and_parts_are_merged()
    {
        var clickHouse = await engine.OpenAsync();
        var database = await engine.NewDatabaseAsync();
        await clickHouse.ExecuteAsync($"CREATE TABLE {database}.t (n Nullable(Int64)) ENGINE = MergeTree ORDER BY tuple()");
        for (var i = 0; i < 5; i++)
        {
            await clickHouse.ExecuteAsync($"INSERT INTO {database}.t VALUES ({i})");
        }

        await clickHouse.ExecuteAsync($"ALTER TABLE {database}.t MODIFY COLUMN n Nullable(Float64) SETTINGS mutations_sync = 1, alter_sync = 1");
        await clickHouse.ExecuteAsync($"OPTIMIZE TABLE {database}.t FINAL");
        Assert.Equal("Nullable(Float64)\t10", await engine.QueryTextAsync($"SELECT any(toTypeName(n)), sum(n) FROM {database}.t"));
        Assert.Equal("1", await engine.QueryTextAsync($"SELECT count() FROM system.parts WHERE active AND database = '{database}'"));
    }

    [Fact]
    public async Task Large_parts_and_only_they_are_compressed_well()
    {
        var clickHouse = await engine.OpenAsync();
        var database = await engine.NewDatabaseAsync();
        await clickHouse.ExecuteAsync($"CREATE TABLE {database}.t (s String) ENGINE = MergeTree ORDER BY tuple()");
        for (var i = 0; i < 2; i++)
        {
            await clickHouse.ExecuteAsync($"INSERT INTO {database}.t SELECT randomString(1000) FROM numbers({EngineFixture.Options.LargePartBytes / 1900})");
        }

        var codec = $"SELECT DISTINCT default_compression_codec FROM system.parts WHERE active AND database = '{database}'";
        Assert.Equal("LZ4", await engine.QueryTextAsync(codec));
        await clickHouse.ExecuteAsync($"OPTIMIZE TABLE {database}.t FINAL");
        Assert.Equal("ZSTD(1)", await engine.QueryTextAsync(codec));
        await clickHouse.ExecuteAsync($"DROP TABLE {database}.t SYNC");
    }

    private Task<string> ServerSettingAsync(string name) => engine.QueryTextAsync($"SELECT value FROM system.server_settings WHERE name = {SqlText.Literal(name)}");
}
