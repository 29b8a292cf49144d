using Analytics.Grains.ClickHouse.Embedded;

namespace Analytics.Silo.ClickHouseServer.Engine;

/// <summary>
/// Connections that nobody uses now, each in the state a request of its kind begins with: most programs send the same settings with every request, and
/// a connection that has them already is as good as a new one, without opening it. When there are too many, the one that waited longest goes.
/// </summary>
/// <param name="connectionsMax">Connections at most.</param>
internal sealed class IdleConnections(int connectionsMax) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(ConnectionKind Kind, EmbeddedConnection Connection)> _idle = new();

    /// <summary>Takes the one of this kind that was used last; <see langword="null"/> when there is none.</summary>
    public EmbeddedConnection? Take(ConnectionKind kind)
    {
        lock (_gate)
        {
            for (var node = _idle.Last; node is not null; node = node.Previous)
            {
                if (node.Value.Kind == kind)
                {
                    _idle.Remove(node);
                    return node.Value.Connection;
                }
            }

            return null;
        }
    }

    /// <summary>Keeps one for the next request of this kind. May close another one, which blocks.</summary>
    public void Give(ConnectionKind kind, EmbeddedConnection connection)
    {
        EmbeddedConnection? oldest = null;
        lock (_gate)
        {
            _idle.AddLast((kind, connection));
            if (_idle.Count > connectionsMax)
            {
                oldest = _idle.First!.Value.Connection;
                _idle.RemoveFirst();
            }
        }

        oldest?.Dispose();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var (_, connection) in _idle)
            {
                connection.Dispose();
            }

            _idle.Clear();
        }
    }
}
