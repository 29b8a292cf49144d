namespace Analytics.Grains.ClickHouse;

/// <summary>One ClickHouse, embedded or remote: runs statements, answers queries, takes blocks. Safe to call from any thread.</summary>
public interface IClickHouse
{
    /// <summary>How databases and tables are made there.</summary>
    ServerLayout Layout => ServerLayout.Lazy;

    /// <summary>Runs a statement without an answer (DDL, small INSERT … VALUES).</summary>
    /// <exception cref="ClickHouseException">The server refused it, or its outcome is unknown.</exception>
    Task ExecuteAsync(string sql, CancellationToken cancellationToken = default);

    /// <summary>Runs a query and returns its answer in a ClickHouse output format, empty when there are no rows (formats with a header aside).</summary>
    /// <param name="sql">The query, without a FORMAT clause; <c>{name:Type}</c> placeholders are filled from <paramref name="parameters"/>.</param>
    /// <param name="format">For example <c>JSONEachRow</c>, <c>JSONCompactEachRow</c>, <c>JSON</c>, <c>CSVWithNames</c>.</param>
    /// <param name="parameters">Values by name, as ClickHouse text.</param>
    /// <param name="cancellationToken">Gives up waiting; the query may run on.</param>
    /// <exception cref="ClickHouseException">The server refused it.</exception>
    Task<byte[]> QueryAsync(
        string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default);

    /// <summary>Like <see cref="QueryAsync"/>, for SQL that a user wrote: read-only, bounded in time and in result size, without access to files, URLs or other servers.</summary>
    Task<byte[]> QueryReadOnlyAsync(
        string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default);

    /// <summary>Inserts one block as one part: all of its rows become visible, or none.</summary>
    /// <param name="block">The encoded rows and where they go.</param>
    /// <param name="cancellationToken">Gives up before the insert has begun; one that has begun is finished.</param>
    /// <exception cref="ClickHouseException">Nothing was inserted, unless <see cref="ClickHouseException.IsOutcomeUnknown"/>.</exception>
    Task InsertAsync(InsertBlock block, CancellationToken cancellationToken = default);
}
