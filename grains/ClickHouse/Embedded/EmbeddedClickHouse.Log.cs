using Microsoft.Extensions.Logging;

namespace Analytics.Grains.ClickHouse.Embedded;

public sealed partial class EmbeddedClickHouse
{
    [LoggerMessage(2000, LogLevel.Information, "ClickHouse is open on {Directory} with {Connections} connections and {QueryConnections} for users' queries.")]
    private partial void LogOpened(string directory, int connections, int queryConnections);

    [LoggerMessage(2001, LogLevel.Information, "ClickHouse on {Directory} is closed.")]
    private partial void LogClosed(string directory);
}
