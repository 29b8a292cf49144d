using Analytics.Grains.ClickHouse;
using Analytics.Silo.Log;

namespace Analytics.Silo.Hosting;

/// <summary>
/// Tables know the log positions of their rows. A new log begins at position 0 again, and its events would be taken for ones the tables
/// have: a start without the log that the tables were filled from is refused.
/// </summary>
internal static class LostLog
{
    /// <summary>Looks before the log is opened, and so made.</summary>
    /// <exception cref="EventLogException">There are rows, and their log is gone.</exception>
    public static async Task CheckAsync(string dataDirectory, IClickHouse clickHouse, CancellationToken cancellationToken)
    {
        var logDirectory = Path.Combine(dataDirectory, "log");
        if (Directory.Exists(logDirectory))
        {
            return;
        }

        var rows = await clickHouse.ReadRowsAsync(
            "SELECT toString((SELECT count() FROM analytics.metrics) + (SELECT count() FROM analytics.dead_letters))", null, cancellationToken);
        if (rows[0][0] != "0")
        {
            throw new EventLogException(
                $"The event log {logDirectory} is gone, and the tables beside it hold rows from it: new events would be taken for old ones. " +
                $"Bring the log back, or move {Path.Combine(dataDirectory, "clickhouse")} away to begin anew.");
        }
    }
}
