using Analytics.Grains.ClickHouse;

namespace Analytics.Grains.Tables;

/// <summary>Enters rows into one of the system's own tables: those of many metrics that appear at the same time go together. Safe to call from any thread.</summary>
/// <param name="clickHouse">The engine.</param>
/// <param name="table">The table, quoted where it has to be.</param>
/// <param name="time">The clock.</param>
internal sealed class SystemRows(IClickHouse clickHouse, string table, TimeProvider time)
{
    /// <summary>Bytes of a statement's rows; more wait for the next one.</summary>
    internal const long InsertBytesMax = 256 * 1024;

    /// <summary>Bytes that may wait. A metric of ten fields is 1 KB in <c>analytics.fields</c>: sixty thousand of them at once.</summary>
    internal const long WaitingBytesMax = 64 * 1024 * 1024;

    /// <summary>Entries for which an insert is worth its while at once.</summary>
    internal const int EntriesMin = 100;

    /// <summary>Between the beginnings of two inserts of fewer. The first of all waits for nothing, so a single new metric is there at once.</summary>
    internal static readonly TimeSpan InsertInterval = TimeSpan.FromMilliseconds(100);

    private readonly GroupCommit<string> _inserts = new(
        rows => clickHouse.ExecuteAsync($"INSERT INTO {table} SETTINGS async_insert = 0 VALUES {string.Join(", ", rows)}"),
        static rows => rows.Length,
        new GroupCommitLimits($"rows of {table}", InsertBytesMax, WaitingBytesMax, EntriesMin, InsertInterval),
        time);

    /// <summary>Enters rows; completes when they are durable.</summary>
    /// <param name="rows">As they follow <c>VALUES</c>: <c>('a', 1), ('b', 2)</c>.</param>
    /// <param name="cancellationToken">Gives up waiting; they may be entered all the same.</param>
    /// <exception cref="ClickHouseException">They are not entered, or may not be.</exception>
    public Task AddAsync(string rows, CancellationToken cancellationToken) => _inserts.AddAsync(rows, cancellationToken);
}
