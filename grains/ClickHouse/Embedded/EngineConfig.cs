using System.Globalization;
using System.Security;
using Analytics.Grains.Configuration;

namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>Writes the engine's configuration files and knows the settings of each kind of connection.</summary>
internal static class EngineConfig
{
    /// <summary>The role of connections for users' SQL: may read tables and see what there is, nothing else. Table functions that reach
    /// files, URLs or other servers need rights it does not have.</summary>
    public const string ReaderRole = "reader";

    /// <summary>The storage policy of tables whose parts are read in place.</summary>
    public const string ReadInPlacePolicy = "in_place";

    /// <summary>The volume on <see cref="ClickHouseOptions.SlowDirectory"/>.</summary>
    public const string SlowVolume = "slow";

    /// <summary>Writes the files into a folder and returns the path of the main one.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="options">Checked already.</param>
    /// <param name="tablesDirectory">Where another engine's parts are, to be read in place and never changed; see <see cref="TablesView"/>.</param>
    public static string Write(string directory, ClickHouseOptions options, string? tablesDirectory = null)
    {
        Directory.CreateDirectory(directory);
        var usersPath = Path.Combine(directory, "users.xml");
        var configPath = Path.Combine(directory, "config.xml");
        File.WriteAllText(usersPath, Users);
        File.WriteAllText(configPath, Config(usersPath, options, tablesDirectory));
        return configPath;
    }

    /// <summary>Arguments of a connection for inserts, DDL and our own queries.</summary>
    public static IReadOnlyList<string> OwnerArguments(string dataDirectory, string configPath) =>
    [
        "--path=" + dataDirectory,
        "--config-file=" + configPath,

        // An insert returns when its part is in the table, and a block is never cut or merged with another on the way.
        "--async_insert=0",
        "--min_insert_block_size_rows=1048449",
        "--min_insert_block_size_bytes=0",
        "--max_insert_block_size=1048449",
        "--max_insert_threads=1",
    ];

    /// <summary>Arguments of a connection for users' SQL. The limits hold because the connection is made read-only afterwards:
    /// a statement's own SETTINGS cannot raise them.</summary>
    public static IReadOnlyList<string> ReaderArguments(string dataDirectory, string configPath, ClickHouseOptions options) =>
    [
        "--path=" + dataDirectory,
        "--config-file=" + configPath,
        Setting("max_execution_time", options.QuerySecondsMax),
        "--timeout_overflow_mode=throw",
        Setting("max_result_rows", options.QueryRowsMax),
        Setting("max_result_bytes", options.QueryBytesMax),
        "--result_overflow_mode=throw",
        Setting("max_memory_usage", options.QueryMemoryBytesMax),
        Setting("max_threads", options.QueryThreadsMax),

        // Without it any word is a query, "exit" for one.
        "--implicit_select=0",
        "--allow_introspection_functions=0",
    ];

    private const string Users = $"""
        <clickhouse>
          <profiles><default/></profiles>
          <roles>
            <owner><grants><query>GRANT ALL ON *.* WITH GRANT OPTION</query></grants></owner>
            <{ReaderRole}><grants>
              <query>GRANT SELECT, SHOW DATABASES, SHOW TABLES, SHOW COLUMNS ON *.*</query>
              <query>REVOKE SELECT ON default.*</query>
              <query>REVOKE SELECT ON analytics.state</query>
            </grants></{ReaderRole}>
          </roles>
          <users>
            <default>
              <password></password>
              <networks><ip>::/0</ip></networks>
              <profile>default</profile>
              <quota>default</quota>
              <grants><query>GRANT owner</query><query>GRANT {ReaderRole}</query></grants>
            </default>
          </users>
          <quotas><default/></quotas>
        </clickhouse>
        """;

    /// <summary>
    /// The engine writes no log tables of its own when embedded. What is set here is for thousands of tables on a small machine: an idle table
    /// looks for
    /// merges every 2-30 minutes instead of every 10 s (an insert wakes it in any case), no statistics are refreshed, and caches have sizes of
    /// megabytes.
    /// Measured with 1,500 idle tables: 0.11 of a core with the engine's own values, 0.04 with these.
    /// </summary>
    private static string Config(string usersPath, ClickHouseOptions options, string? tablesDirectory) => $"""
        <clickhouse>
          <users_config>{SecurityElement.Escape(usersPath)}</users_config>
          <background_pool_size>{options.MergeThreads}</background_pool_size>
          <background_processing_pool_task_sleep_seconds_when_no_work_min>120</background_processing_pool_task_sleep_seconds_when_no_work_min>
          <background_processing_pool_task_sleep_seconds_when_no_work_max>1800</background_processing_pool_task_sleep_seconds_when_no_work_max>
          <background_processing_pool_task_sleep_seconds_when_no_work_multiplier>2</background_processing_pool_task_sleep_seconds_when_no_work_multiplier>
          <background_processing_pool_thread_sleep_seconds_random_part>60</background_processing_pool_thread_sleep_seconds_random_part>
          <mark_cache_size>{options.MarkCacheBytesMax}</mark_cache_size>
          <primary_index_cache_size>16777216</primary_index_cache_size>
          <query_condition_cache_size>8388608</query_condition_cache_size>
          <compiled_expression_cache_size>16777216</compiled_expression_cache_size>
          <mmap_cache_size>256</mmap_cache_size>
          <compression><case><min_part_size>{options.LargePartBytes}</min_part_size><min_part_size_ratio>0</min_part_size_ratio><method>zstd</method><level>1</level></case></compression>
          <merge_tree>
            <refresh_statistics_interval>0</refresh_statistics_interval>
            {(tablesDirectory is null ? string.Empty : $"<storage_policy>{ReadInPlacePolicy}</storage_policy>")}
          </merge_tree>
          {(tablesDirectory is not null ? ReadInPlace(tablesDirectory) : options.SlowDirectory is { } slow ? TwoVolumes(slow) : string.Empty)}
        </clickhouse>
        """;

    /// <summary>
    /// Files of a folder as objects under their own names: the engine takes such a disk as written once, so that its tables merge nothing,
    /// remove nothing and refuse every change. (A local disk's own <c>readonly</c> was tried: merges ran all the same.)
    /// </summary>
    private static string ReadInPlace(string tablesDirectory) => $"""
        <storage_configuration>
            <disks><tables>
              <type>object_storage</type>
              <object_storage_type>local</object_storage_type>
              <metadata_type>plain</metadata_type>
              <path>{SecurityElement.Escape(tablesDirectory)}/</path>
              <skip_access_check>true</skip_access_check>
            </tables></disks>
            <policies><{ReadInPlacePolicy}><volumes><main><disk>tables</disk></main></volumes></{ReadInPlacePolicy}></policies>
          </storage_configuration>
        """;

    /// <summary>A policy that a table on the default one may change to: it has the same volume, and another behind it. Only a TTL moves rows there
    /// (<c>move_factor</c> 0), never a disk that fills.</summary>
    private static string TwoVolumes(string slowDirectory) => $"""
        <storage_configuration>
            <disks><{SlowVolume}><path>{SecurityElement.Escape(Path.TrimEndingDirectorySeparator(Path.GetFullPath(slowDirectory)))}/</path></{SlowVolume}></disks>
            <policies><tiered>
              <volumes><default><disk>default</disk></default><{SlowVolume}><disk>{SlowVolume}</disk></{SlowVolume}></volumes>
              <move_factor>0</move_factor>
            </tiered></policies>
          </storage_configuration>
        """;

    private static string Setting(string name, long value) => string.Create(CultureInfo.InvariantCulture, $"--{name}={value}");
}
