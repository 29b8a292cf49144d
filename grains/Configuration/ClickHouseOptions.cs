namespace Analytics.Grains.Configuration;

/// <summary><c>Analytics:ClickHouse</c>: where the tables are and how much of the engine is used.</summary>
public sealed record ClickHouseOptions
{
    /// <summary><c>Embedded</c>: the engine runs in this process, its files under <c>DataDirectory/clickhouse</c>.</summary>
    public string Kind { get; init; } = "Embedded";

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
}
