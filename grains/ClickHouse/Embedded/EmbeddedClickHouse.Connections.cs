namespace Analytics.Grains.ClickHouse.Embedded;

/// <content>Further connections, for whoever brings threads of his own; he closes them before the engine is closed.</content>
public sealed partial class EmbeddedClickHouse
{
    /// <summary>Opens a connection with an owner's rights, which takes words for SQL only when they are. Blocks.</summary>
    /// <exception cref="ClickHouseException">The engine does not open one.</exception>
    internal EmbeddedConnection OpenOwner() => EmbeddedConnection.Open([.. EngineConfig.OwnerArguments(_directory, _configPath), "--implicit_select=0"]);

    /// <summary>Opens a connection for users' SQL, with a reader's role and limits. Blocks.</summary>
    /// <param name="prepare">Runs before the connection becomes read-only, with an owner's rights: nothing of a user's but values.</param>
    /// <exception cref="ClickHouseException">The engine does not open one, or the preparation failed.</exception>
    internal EmbeddedConnection OpenReader(Action<EmbeddedConnection> prepare)
    {
        var connection = EmbeddedConnection.Open(EngineConfig.ReaderArguments(_directory, _configPath, _options));
        try
        {
            prepare(connection);
            RestrictToReading(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Returns when there is space for a statement that changes definitions.</summary>
    /// <exception cref="ClickHouseException">There is not.</exception>
    internal void RequireSpace() => _space.Require();

    private static void RestrictToReading(EmbeddedConnection connection) =>
        connection.Query($"SET ROLE {EngineConfig.ReaderRole}; SET readonly = 1", "Null", null);
}
