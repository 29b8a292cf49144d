using Analytics.Grains.ClickHouse;
using Analytics.Grains.Configuration;
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
    /// <summary>Whether there is a file log; to be looked for before the log is opened, and so made.</summary>
    public static bool IsThere(AnalyticsOptions options) => Directory.Exists(DirectoryOf(options));

    /// <summary>Looks at the tables.</summary>
    /// <param name="options">Checked settings.</param>
    /// <param name="isThere">What <see cref="IsThere"/> said.</param>
    /// <param name="clickHouse">Has the tables.</param>
    /// <param name="store">Knows whose numbers are in them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EventLogException">There are rows of another log.</exception>
    public static async Task CheckAsync(
        AnalyticsOptions options, bool isThere, IClickHouse clickHouse, ITopicStore store, CancellationToken cancellationToken)
    {
        var isServer = options.ClickHouse.Kind == ClickHouseOptions.Http;
        var first = (await store.ReadNumbersAsync(cancellationToken)).FirstOrDefault(number => number.Number == TopicNumber.File.Number);
        var hasRows = await HasRowsAsync(clickHouse, cancellationToken);
        var isFile = options.Log.Kind == LogOptions.File;
        if (isFile && first is not null && first != TopicNumber.File)
        {
            throw new EventLogException(
                $"The tables {(isServer ? "at " + options.ClickHouse.Url : "in " + options.DataDirectory)} were filled from Kafka (topic {first.Topic}): "
                + "events of a file log would be taken for ones of that topic. "
                + $"Start with Analytics:Log:Kind=Kafka, or with another {(isServer ? "ClickHouse" : "DataDirectory")}.");
        }

        if (isFile && hasRows && !isThere)
        {
            throw new EventLogException(
                $"The event log {DirectoryOf(options)} is gone, and the tables {(isServer ? "at " + options.ClickHouse.Url : "beside it")} hold rows from it: " +
                "new events would be taken for old ones. Bring the log back, or " +
                (isServer ? "drop the databases to begin anew." : $"move {Path.Combine(options.DataDirectory, "clickhouse")} away to begin anew."));
        }

        if (first is null && (isFile || hasRows))
        {
            await store.AddAsync(TopicNumber.File, cancellationToken);
        }
    }

    private static string DirectoryOf(AnalyticsOptions options) => Path.Combine(options.DataDirectory, "log");

    private static async Task<bool> HasRowsAsync(IClickHouse clickHouse, CancellationToken cancellationToken)
    {
        var rows = await clickHouse.ReadRowsAsync(
            "SELECT toString((SELECT count() FROM analytics.metrics) + (SELECT count() FROM analytics.dead_letters))", null, cancellationToken);
        return rows[0][0] != "0";
    }
}
