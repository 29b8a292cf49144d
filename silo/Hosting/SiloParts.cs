using Analytics.Grains.ClickHouse;
using Analytics.Silo.Cluster;
using Analytics.Silo.Configuration;
using Analytics.Silo.Log;
using Analytics.Silo.Log.File;
using Analytics.Silo.Log.Kafka;
using Analytics.Silo.Log.Kafka.Topics;

namespace Analytics.Silo.Hosting;

/// <summary>The log and the ClickHouse of this process: opened before the silo starts, closed after it has stopped.</summary>
internal sealed class SiloParts : IAsyncDisposable
{
    private readonly IAsyncDisposable _clickHouseOwner;

    private SiloParts(IEventLog log, IClickHouse clickHouse, IAsyncDisposable clickHouseOwner)
    {
        Log = log;
        ClickHouse = clickHouse;
        _clickHouseOwner = clickHouseOwner;
    }

    /// <summary>The event log.</summary>
    public IEventLog Log { get; }

    /// <summary>The engine or server, with the system tables in place.</summary>
    public IClickHouse ClickHouse { get; }

    /// <summary>Opens both.</summary>
    /// <exception cref="IOException">The data directory cannot be written.</exception>
    /// <exception cref="EventLogException">The log does not open.</exception>
    /// <exception cref="ClickHouseException">The engine does not open, or the server refuses.</exception>
    public static async Task<SiloParts> OpenAsync(AnalyticsOptions options, IClusterLock clusterLock, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        DataDirectory.EnsureWritable(options.DataDirectory);
        var (clickHouse, owner) = await ClickHouseStart.OpenAsync(options, clusterLock, loggers, TimeProvider.System, cancellationToken);
        try
        {
            return new SiloParts(await OpenLogAsync(options, new TopicStore(clickHouse, clusterLock), loggers, cancellationToken), clickHouse, owner);
        }
        catch
        {
            await owner.DisposeAsync();
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
        await _clickHouseOwner.DisposeAsync();
    }
}
