namespace Analytics.Grains.Configuration;

/// <summary><c>Analytics:ClickHouse</c>: where the tables are and how much of the engine is used.</summary>
public sealed record ClickHouseOptions
{
    /// <summary><see cref="Kind"/> for the engine in this process.</summary>
    public const string Embedded = "Embedded";

    /// <summary><see cref="Kind"/> for servers over HTTP.</summary>
    public const string Http = "Http";

    /// <summary><c>Embedded</c>: the engine runs in this process, its files under <c>DataDirectory/clickhouse</c>. <c>Http</c>: it is a server, 24.8 or newer.</summary>
    public string Kind { get; init; } = Embedded;

    /// <summary>The server's address, or those of its replicas separated by commas. Only for <see cref="Http"/>, as are the following ones.</summary>
    public string? Url { get; init; }

    /// <summary>The account for everything but users' SQL.</summary>
    public string User { get; init; } = "default";

    /// <summary>Its password; none without it.</summary>
    public string? Password { get; init; }

    /// <summary>The account for users' SQL, with rights of its own; <see cref="User"/> without it.</summary>
    public string? QueryUser { get; init; }

    /// <summary>Its password; none without it.</summary>
    public string? QueryPassword { get; init; }

    /// <summary>The cluster of <c>remote_servers</c> that the servers belong to: tables are made for all of them, replicated and distributed. Inserts are on most
    /// replicas before they count, and reads see all of them.</summary>
    public string? Cluster { get; init; }

    /// <summary>Seconds within which a server must take a connection, 1-60; after that it counts as away. Three attempts of TCP take 3 s.</summary>
    public int ConnectSecondsMax { get; init; } = 5;

    /// <summary>Seconds a statement of ours may take until its answer is there, 1-86,400. Ten minutes are enough to rewrite a column of a large table; only a
    /// server that hangs takes longer, and its outcome is read back.</summary>
    public int StatementSecondsMax { get; init; } = 600;

    /// <summary>Whether blocks and answers travel in gzip: <c>On</c>, <c>Off</c>, or <c>Auto</c>, unless every server is on this machine.</summary>
    public string Compression { get; init; } = "Auto";

    /// <summary>Path of the engine's library, <c>libchdb.so</c>. Without it: environment <c>CHDB_LIBRARY_PATH</c>, then the cache that
    /// <c>eng/fetch-chdb.sh</c> fills.</summary>
    public string? LibraryPath { get; init; }

    /// <summary>Directory of a second, slower disk; without one there is none. Retention policies move old rows there, as to volume <c>slow</c>.</summary>
    public string? SlowDirectory { get; init; }

    /// <summary>Connections for inserts, DDL and our own queries, 1-64: as many statements run at once, further ones wait in order.
    /// Four reach 1.5 times the small inserts of one on two cores; more gain nothing there.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>Connections for users' SQL, 1-16, apart from the others so that slow queries never hold up inserts.</summary>
    public int QueryConnections { get; init; } = 2;

    /// <summary>Threads one query of a user may use, 1-256. Two leave the other work its share of a small machine.</summary>
    public int QueryThreadsMax { get; init; } = 2;

    /// <summary>Seconds a query of a user may run, 1-3,600; more: the engine's error 159.</summary>
    public int QuerySecondsMax { get; init; } = 10;

    /// <summary>Rows of a user's result, 1-10,000,000; more: the engine's error 396. A result is held in memory whole.</summary>
    public long QueryRowsMax { get; init; } = 100_000;

    /// <summary>Bytes of a user's result, 1 KiB-1 GiB, as columns and as text; more: the engine's error 396.</summary>
    public long QueryBytesMax { get; init; } = 64L * 1024 * 1024;

    /// <summary>Bytes of memory one query of a user may use in the engine, its answer included, 16 MiB-1 TiB; more: the engine's error 241.</summary>
    public long QueryMemoryBytesMax { get; init; } = 512L * 1024 * 1024;

    /// <summary>Bytes the mark cache may hold, 1 MiB-1 TiB: where in a part each range of rows begins. The engine's default of 5 GiB is for large
    /// servers.</summary>
    public long MarkCacheBytesMax { get; init; } = 64L * 1024 * 1024;

    /// <summary>Threads that merge parts in the background, 1-64.</summary>
    public int MergeThreads { get; init; } = 2;

    /// <summary>Compressed bytes from which on merges write a part with ZSTD where a column has no codec of its own, 1 MB to 1 TB. Only parts that stay are as large: texts then take half of
    /// the room and doubles three quarters, and a row is compressed slowly once or twice in its life. For every part it would cost a tenth of all throughput.</summary>
    public long LargePartBytes { get; init; } = 1_000_000_000;

    /// <summary>Where the embedded engine is served over ClickHouse's own HTTP protocol, for example <c>http://127.0.0.1:8123</c>; not served without it.
    /// Passwords travel in the clear: on other addresses than loopback, put a proxy with TLS in front.</summary>
    public string? Serve { get; init; }

    /// <summary>Who may use what is served. Without any: <c>default</c>, who has no password and may read.</summary>
    public IReadOnlyList<ServeUser> ServeUsers { get; init; } = [];

    /// <summary>Served statements that run at once, 1-64, each on a connection of its own, so that they never hold up our inserts; further ones wait in
    /// order. Four are what a dashboard asks at once.</summary>
    public int ServeConnections { get; init; } = 4;

    /// <summary>Served requests at once, running and waiting, 1-10,000; more: error 202, as ClickHouse's own limit gives.</summary>
    public int ServeRequestsMax { get; init; } = 100;

    /// <summary>Sessions (<c>session_id</c>) kept at once, 1-10,000; more: error 202. Some clients begin one each by themselves. One of a user with full access
    /// holds a connection, and maybe temporary tables in memory.</summary>
    public int ServeSessionsMax { get; init; } = 100;

    /// <summary>Bytes of a served request's SQL, 1 KiB-16 MiB, data of an INSERT aside; more: error 62. 256 KiB is the engine's own
    /// <c>max_query_size</c>.</summary>
    public int ServeQueryBytesMax { get; init; } = 256 * 1024;

    /// <summary>Bytes of a served request's body, 1 KiB-1 GiB, before and after decompression; more: error 229. A body is read whole before the statement
    /// begins: a slow sender holds no connection, and one that breaks off inserts nothing. 256 MiB are several of our own blocks.</summary>
    public int ServeBodyBytesMax { get; init; } = 256 * 1024 * 1024;

    /// <summary>Bytes of all bodies of served requests in memory at once, 1 MiB-1 TiB; beyond it: error 241.</summary>
    public long ServeBodiesBytesMax { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Bytes of an answer to a user with full access that is held in memory whole, 1 KiB-1 GiB; more: error 396. Answers of a SELECT in a format of
    /// plain rows are sent while they are made and have no limit.</summary>
    public long ServeAnswerBytesMax { get; init; } = 256L * 1024 * 1024;

    /// <summary>Without the passwords.</summary>
    public override string ToString() => Kind == Http ? $"{Kind} {Url}" : Kind;
}
