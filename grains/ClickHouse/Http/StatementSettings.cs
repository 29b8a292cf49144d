using System.Globalization;
using System.Text;
using Analytics.Grains.Configuration;

namespace Analytics.Grains.ClickHouse.Http;

/// <summary>The settings that go along with a statement, by its kind, as the query of a URL. Every one of them is known to ClickHouse 24.8.</summary>
/// <remarks>
/// A server checks the settings of a URL together, against those the account has: <c>readonly = 1</c> among them forbids the statement's own
/// <c>SETTINGS</c> and not the others here. An account that is read-only by itself takes none of them.
/// </remarks>
internal sealed class StatementSettings
{
    /// <summary>Bytes of an answer that the server keeps in memory until the statement has ended; more go to its temporary files. Grows with the answer.</summary>
    private const int BufferBytes = 4 * 1024 * 1024;

    /// <summary>Seconds that DDL waits for a server of the cluster.</summary>
    private const int DdlSecondsMax = 30;

    private readonly string[] _byKind = new string[(int)StatementKind.Insert + 1];

    /// <summary>Writes them down.</summary>
    /// <param name="options">Checked already.</param>
    /// <param name="isCompressed">Whether answers come compressed.</param>
    public StatementSettings(ClickHouseOptions options, bool isCompressed)
    {
        var isReplicated = !string.IsNullOrEmpty(options.Cluster);
        _byKind[(int)StatementKind.Execute] = Join(
            [.. Common(isCompressed: false), ("async_insert", 0), .. isReplicated ? OnCluster : None]);
        _byKind[(int)StatementKind.Query] = Join([.. Common(isCompressed), .. Reading(isReplicated)]);
        _byKind[(int)StatementKind.UserQuery] = Join([.. Common(isCompressed), .. Reading(isReplicated), .. Limits(options)]);
        _byKind[(int)StatementKind.Insert] = Join([.. Common(isCompressed: false), .. Inserting(isReplicated)]);
    }

    private static (string Name, object Value)[] None => [];

    /// <summary>The settings of a kind: <c>name=value&amp;…</c>.</summary>
    public string Of(StatementKind kind) => _byKind[(int)kind];

    // The status tells how the whole statement went, not how it began; and an error is a text, never a part of the answer's format.
    private static (string Name, object Value)[] Common(bool isCompressed) =>
    [
        ("wait_end_of_query", 1),
        ("buffer_size", BufferBytes),
        ("http_write_exception_in_output_format", 0),
        .. isCompressed ? [("enable_http_compression", 1)] : None,
    ];

    // DDL waits for every server that takes part, but not for ever for one that is away: it catches up when it is back. What a statement did is read back anyway.
    private static (string Name, object Value)[] OnCluster =>
    [
        ("insert_quorum", "auto"),
        ("distributed_ddl_task_timeout", DdlSecondsMax),
        ("distributed_ddl_output_mode", "null_status_on_timeout"),
        ("replication_wait_for_inactive_replica_timeout", 0),
    ];

    // Whatever an acknowledged insert wrote is read, from each replica; one that lags behind says so (error 289). A shard that is away is an error, not fewer rows. A
    // subquery is asked once for all shards.
    private static (string Name, object Value)[] Reading(bool isReplicated) => isReplicated
        ?
        [
            ("select_sequential_consistency", 1),
            ("skip_unavailable_shards", 0),
            ("fallback_to_stale_replicas_for_distributed_queries", 0),
            ("distributed_product_mode", "global"),
        ]
        : None;

    // An insert answers when its part is in its shard's table, on most replicas where there are several, and a block is never cut or merged with another on the way. Reads are
    // only consistent with quorums that do not overlap; a table has one insert at a time anyway.
    private static (string Name, object Value)[] Inserting(bool isReplicated) =>
    [
        ("async_insert", 0),
        ("min_insert_block_size_rows", 1_048_449),
        ("min_insert_block_size_bytes", 0),
        ("max_insert_block_size", 1_048_449),
        ("max_insert_threads", 1),
        .. isReplicated ? [("insert_quorum", "auto"), ("insert_quorum_parallel", 0), ("distributed_foreground_insert", 1)] : None,
    ];

    private static (string Name, object Value)[] Limits(ClickHouseOptions options) =>
    [
        ("readonly", 1),
        ("max_execution_time", options.QuerySecondsMax),
        ("timeout_overflow_mode", "throw"),
        ("max_result_rows", options.QueryRowsMax),
        ("max_result_bytes", options.QueryBytesMax),
        ("result_overflow_mode", "throw"),
        ("max_memory_usage", options.QueryMemoryBytesMax),
        ("max_threads", options.QueryThreadsMax),
        ("allow_introspection_functions", 0),

        // One that nobody waits for any more ends.
        ("cancel_http_readonly_queries_on_client_close", 1),

        // Numbers are numbers, as newer versions write them by themselves.
        ("output_format_json_quote_64bit_integers", 0),
    ];

    private static string Join(IEnumerable<(string Name, object Value)> settings)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in settings)
        {
            text.Append(text.Length == 0 ? string.Empty : "&").Append(CultureInfo.InvariantCulture, $"{name}={value}");
        }

        return text.ToString();
    }
}
