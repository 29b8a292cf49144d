using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Grains.Metrics;
using Analytics.Grains.Tables;
using Analytics.Silo.Configuration;
using Analytics.Silo.Log;
using Analytics.Silo.Log.File;

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
            await LostLog.CheckAsync(options.DataDirectory, clickHouse, cancellationToken);
            var log = FileEventLog.Open(options.DataDirectory, options.Log, loggers.CreateLogger<FileEventLog>(), TimeProvider.System);
            return new SiloParts(log, clickHouse);
        }
        catch
        {
            await clickHouse.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        await ClickHouse.DisposeAsync();
    }
}
