using Analytics.Grains.ClickHouse;
using Analytics.Silo.Configuration;
using Analytics.Silo.Log;
using Analytics.Silo.Log.Kafka.Topics;

namespace Analytics.Silo.Hosting;

/// <summary>
/// Tables know the log positions of their rows. Positions of another log, or of one that begins anew, would be taken for ones the tables have: a
/// start with tables that were filled from a file log that is gone, or with a file log where Kafka has its numbers, is refused. Tables
/// that were filled from a file log can go on from Kafka: the file log keeps its number.
/// </summary>
internal static class LostLog
{
    /// <summary>Looks before the log is opened, and so made.</summary>
    /// <exception cref="EventLogException">There are rows of another log.</exception>
    public static async Task CheckAsync(AnalyticsOptions options, IClickHouse clickHouse, ITopicStore store, CancellationToken cancellationToken)
    {
        var first = (await store.ReadNumbersAsync(cancellationToken)).FirstOrDefault(number => number.Number == TopicNumber.File.Number);
        var hasRows = await HasRowsAsync(clickHouse, cancellationToken);
        var isFile = options.Log.Kind == LogOptions.File;
        if (isFile && first is not null && first != TopicNumber.File)
        {
            throw new EventLogException(
                $"The tables in {options.DataDirectory} were filled from Kafka (topic {first.Topic}): events of a file log would be taken for ones of that topic. "
                + "Start with Analytics:Log:Kind=Kafka, or with another DataDirectory.");
        }

        var logDirectory = Path.Combine(options.DataDirectory, "log");
        if (isFile && hasRows && !Directory.Exists(logDirectory))
        {
            throw new EventLogException(
                $"The event log {logDirectory} is gone, and the tables beside it hold rows from it: new events would be taken for old ones. " +
                $"Bring the log back, or move {Path.Combine(options.DataDirectory, "clickhouse")} away to begin anew.");
        }

        if (first is null && (isFile || hasRows))
        {
            await store.AddAsync(TopicNumber.File, cancellationToken);
        }
    }

    private static async Task<bool> HasRowsAsync(IClickHouse clickHouse, CancellationToken cancellationToken)
    {
        var rows = await clickHouse.ReadRowsAsync(
            "SELECT toString((SELECT count() FROM analytics.metrics) + (SELECT count() FROM analytics.dead_letters))", null, cancellationToken);
        return rows[0][0] != "0";
    }
}
