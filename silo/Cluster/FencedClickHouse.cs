using Analytics.Grains.ClickHouse;

namespace Analytics.Silo.Cluster;

/// <summary>A server that is inserted into only while this silo is surely a member of its cluster, see <see cref="MembershipLease"/>.</summary>
/// <param name="server">The server.</param>
/// <param name="lease">Tells.</param>
internal sealed class FencedClickHouse(IClickHouse server, MembershipLease lease) : IClickHouse
{
    /// <inheritdoc />
    public ServerLayout Layout => server.Layout;

    /// <inheritdoc />
    public Task ExecuteAsync(string sql, CancellationToken cancellationToken = default) => server.ExecuteAsync(sql, cancellationToken);

    /// <inheritdoc />
    public Task<byte[]> QueryAsync(
        string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default) =>
        server.QueryAsync(sql, format, parameters, cancellationToken);

    /// <inheritdoc />
    public Task<byte[]> QueryReadOnlyAsync(
        string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default) =>
        server.QueryReadOnlyAsync(sql, format, parameters, cancellationToken);

    /// <inheritdoc />
    public Task InsertAsync(InsertBlock block, CancellationToken cancellationToken = default) =>
        lease.WhyNot is { } reason ? Task.FromException(new ClickHouseException(0, reason)) : server.InsertAsync(block, cancellationToken);
}
