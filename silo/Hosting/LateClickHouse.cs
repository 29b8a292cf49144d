using Analytics.Grains.ClickHouse;
using Analytics.Silo.Log;

namespace Analytics.Silo.Hosting;

/// <summary>
/// A server that was away when the process started. The first statement that finds it there does what a start does, before it and every other is sent;
/// until then they fail, and whoever sends them tries again.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="prepare">What a start does there; may be done several times.</param>
internal sealed class LateClickHouse(IClickHouse server, Func<CancellationToken, Task> prepare) : IClickHouse
{
    private readonly Lock _gate = new();
    private Task? _preparing;

    /// <inheritdoc />
    public ServerLayout Layout => server.Layout;

    /// <inheritdoc />
    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken = default)
    {
        await PreparedAsync(cancellationToken);
        await server.ExecuteAsync(sql, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<byte[]> QueryAsync(
        string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default)
    {
        await PreparedAsync(cancellationToken);
        return await server.QueryAsync(sql, format, parameters, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<byte[]> QueryReadOnlyAsync(
        string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default)
    {
        await PreparedAsync(cancellationToken);
        return await server.QueryReadOnlyAsync(sql, format, parameters, cancellationToken);
    }

    /// <inheritdoc />
    public async Task InsertAsync(InsertBlock block, CancellationToken cancellationToken = default)
    {
        await PreparedAsync(cancellationToken);
        await server.InsertAsync(block, cancellationToken);
    }

    /// <summary>Completes when the server is prepared; all who wait share one attempt, and one that failed is followed by another.</summary>
    private Task PreparedAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_preparing is null or { IsCompleted: true, IsCompletedSuccessfully: false })
            {
                _preparing = Task.Run(PrepareAsync, CancellationToken.None);
            }

            return _preparing.IsCompletedSuccessfully ? Task.CompletedTask : _preparing.WaitAsync(cancellationToken);
        }
    }

    private async Task PrepareAsync()
    {
        try
        {
            await prepare(CancellationToken.None);
        }
        catch (EventLogException e)
        {
            // What would have stopped a start keeps every statement back: nothing is written until somebody has looked.
            throw new ClickHouseException(0, e.Message, inner: e);
        }
    }
}
