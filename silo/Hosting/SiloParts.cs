using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Grains.Metrics;
using Analytics.Grains.Tables;
using Analytics.Silo.Configuration;
using Analytics.Silo.Log;
using Analytics.Silo.Log.File;
using Analytics.Silo.Log.Kafka;
using Analytics.Silo.Log.Kafka.Topics;

namespace Analytics.Silo.Hosting;

/// <summary>The log and the engine of this process: opened before the silo starts, closed after it has stopped.</summary>
internal sealed class SiloParts : IAsyncDisposable
{
    private SiloParts(IEventLog log, EmbeddedClickHouse clickHouse)
    {
        Log = log;
        ClickHouse = clickHouse;
    }

    /// <summary>The event log.</summary>
    public IEventLog Log { get; }

    /// <summary>The engine, with the system tables in place.</summary>
    public EmbeddedClickHouse ClickHouse { get; }

    /// <summary>Opens both in the data directory.</summary>
    /// <exception cref="IOException">The data directory cannot be written.</exception>
    /// <exception cref="EventLogException">The log does not open.</exception>
    /// <exception cref="Analytics.Grains.ClickHouse.ClickHouseException">The engine does not open.</exception>
    public static async Task<SiloParts> OpenAsync(AnalyticsOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        DataDirectory.EnsureWritable(options.DataDirectory);
        var clickHouse = await EmbeddedClickHouse.OpenAsync(options.ClickHouse, options.DataDirectory, loggers.CreateLogger<EmbeddedClickHouse>());
        try
        {
            await SystemTables.EnsureAsync(clickHouse, cancellationToken);
            await ScratchTable.DropLeftoversAsync(clickHouse, cancellationToken);
            var topics = new TopicStore(clickHouse);
            await LostLog.CheckAsync(options, clickHouse, topics, cancellationToken);
            return new SiloParts(await OpenLogAsync(options, topics, loggers, cancellationToken), clickHouse);
        }
        catch
        {
            await clickHouse.DisposeAsync();
            throw;
        }
    }

    private static async Task<IEventLog> OpenLogAsync(
        AnalyticsOptions options, TopicStore topics, ILoggerFactory loggers, CancellationToken cancellationToken) => options.Log.Kind == LogOptions.File
        ? FileEventLog.Open(options.DataDirectory, options.Log, loggers.CreateLogger<FileEventLog>(), TimeProvider.System)
        : await KafkaEventLog.OpenAsync(
            options.Kafka, options.Log.Partitions, KafkaEventLog.RecordBytesMax(options.Limits), topics, loggers.CreateLogger<KafkaEventLog>(),
            TimeProvider.System, cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        await ClickHouse.DisposeAsync();
    }
}
