using Analytics.Grains.Configuration;
using Microsoft.Extensions.Logging;

namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>ClickHouse in this process. One data directory a process; open it once, close it last.</summary>
public sealed class EmbeddedClickHouse : IClickHouse, IAsyncDisposable
{
    private EmbeddedClickHouse()
    {
    }

    /// <summary>Loads the library, takes the directory for this process and opens the engine on it.</summary>
    /// <param name="options">Checked already.</param>
    /// <param name="dataDirectory">The product's data directory; the engine's files go to <c>clickhouse</c> below it.</param>
    /// <param name="logger">For what happens outside of a statement.</param>
    /// <exception cref="ClickHouseException">The library is missing, the directory is in use, or the engine does not open.</exception>
    public static Task<EmbeddedClickHouse> OpenAsync(ClickHouseOptions options, string dataDirectory, ILogger<EmbeddedClickHouse> logger) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public Task ExecuteAsync(string sql, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<byte[]> QueryAsync(
        string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<byte[]> QueryReadOnlyAsync(
        string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public Task InsertAsync(InsertBlock block, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Refuses new statements, lets the running ones end, closes the engine.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
