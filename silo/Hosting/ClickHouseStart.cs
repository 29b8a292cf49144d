using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Grains.ClickHouse.Http;
using Analytics.Grains.Configuration;
using Analytics.Grains.Metrics;
using Analytics.Grains.Tables;
using Analytics.Silo.Cluster;
using Analytics.Silo.Configuration;
using Analytics.Silo.Log;
using Analytics.Silo.Log.Kafka.Topics;

namespace Analytics.Silo.Hosting;

/// <summary>
/// Opens the ClickHouse that the settings name, and makes there what a silo needs. A server that is away does not stop a start: the silo starts without it, and a
/// file log takes events. Only where there is no file log yet it is waited for: the tables alone tell whether one has been lost.
/// </summary>
internal sealed partial class ClickHouseStart
{
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(10);

    // A search for refused rows takes seconds; a table that is older is nobody's any more.
    private static readonly TimeSpan ScratchAgeMin = TimeSpan.FromHours(1);

    private readonly AnalyticsOptions _options;
    private readonly IClusterLock _clusterLock;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly bool _isLogThere;

    private ClickHouseStart(AnalyticsOptions options, IClusterLock clusterLock, TimeProvider time, ILogger logger)
    {
        _options = options;
        _clusterLock = clusterLock;
        _time = time;
        _logger = logger;
        _isLogThere = LostLog.IsThere(options);
    }

    /// <summary>Opens it, before the log is opened and so made.</summary>
    /// <returns>What statements go to, and what is closed at the end.</returns>
    /// <exception cref="ClickHouseException">The engine does not open, or the server refuses.</exception>
    /// <exception cref="EventLogException">There are rows of another log.</exception>
    public static async Task<(IClickHouse Service, IAsyncDisposable Owner)> OpenAsync(
        AnalyticsOptions options, IClusterLock clusterLock, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = new ClickHouseStart(options, clusterLock, time, loggers.CreateLogger<ClickHouseStart>());
        if (options.ClickHouse.Kind == ClickHouseOptions.Http)
        {
            var server = HttpClickHouse.Open(options.ClickHouse, loggers.CreateLogger<HttpClickHouse>(), time);
            return (await OrCloseAsync(server, () => start.ConnectAsync(server, cancellationToken)), server);
        }

        var engine = await EmbeddedClickHouse.OpenAsync(options.ClickHouse, options.DataDirectory, loggers.CreateLogger<EmbeddedClickHouse>());
        return (await OrCloseAsync(engine, () => start.PrepareAsync(engine, cancellationToken)), engine);
    }

    private static async Task<IClickHouse> OrCloseAsync(IAsyncDisposable owner, Func<Task<IClickHouse>> run)
    {
        try
        {
            return await run();
        }
        catch
        {
            await owner.DisposeAsync();
            throw;
        }
    }

    private async Task<IClickHouse> ConnectAsync(HttpClickHouse server, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await MeetAsync(server, cancellationToken);
            }
            catch (ClickHouseAwayException e) when (_options.Log.Kind != LogOptions.File || _isLogThere)
            {
                LogStartedWithout(e.Message);
                return new LateClickHouse(server, token => MeetAsync(server, token));
            }
            catch (ClickHouseAwayException e)
            {
                LogWaiting(e.Message);
            }

            var pause = TimeSpan.FromSeconds(Math.Min(attempt, PauseMax.TotalSeconds));
            await Task.Delay(pause, _time, cancellationToken);
        }
    }

    private async Task<IClickHouse> MeetAsync(HttpClickHouse server, CancellationToken cancellationToken)
    {
        await server.ConnectAsync(cancellationToken);
        return await PrepareAsync(server, cancellationToken);
    }

    // One silo at a time: some of a server's statements that make what is missing fail when they meet.
    private Task<IClickHouse> PrepareAsync(IClickHouse clickHouse, CancellationToken cancellationToken) => _clusterLock.RunAsync(
        async () =>
        {
            await SystemTables.EnsureAsync(clickHouse, cancellationToken);
            await ScratchTable.DropLeftoversAsync(clickHouse, _clusterLock.IsShared ? ScratchAgeMin : TimeSpan.Zero, cancellationToken);
            await LostLog.CheckAsync(_options, _isLogThere, clickHouse, new TopicStore(clickHouse, _clusterLock), cancellationToken);
            return clickHouse;
        },
        cancellationToken);

    [LoggerMessage(2030, LogLevel.Warning, "The start waits for ClickHouse: {Reason}")]
    private partial void LogWaiting(string reason);

    [LoggerMessage(2031, LogLevel.Warning, "The start goes on without ClickHouse, events go to their tables when it is there: {Reason}")]
    private partial void LogStartedWithout(string reason);
}
