using Analytics.Grains.ClickHouse.Embedded;

namespace Analytics.Silo.ClickHouseServer.Engine;

/// <summary>What a client keeps between its requests: a connection of its own, with settings and temporary tables. One request has it at a time.</summary>
internal sealed class Session
{
    /// <summary>The connection; opened by the first request that needs one. Used by the request that has the session.</summary>
    public EmbeddedConnection? Connection { get; set; }

    /// <summary>Whether a request has it. Guarded by <see cref="Sessions"/>.</summary>
    public bool IsTaken { get; set; } = true;

    /// <summary>Ends it when nobody comes. Guarded by <see cref="Sessions"/>.</summary>
    public ITimer? Timer { get; set; }
}
