using Analytics.GrainInterfaces;
using Analytics.Grains.ClickHouse;
using Analytics.Silo.Http.Read;

namespace Analytics.Silo.Hosting;

/// <summary>
/// Wakes the metrics whose views have sinks: a window may have closed while nobody was there to write it. Once at a start, and now and then for those that another silo took with it;
/// an actor with open windows stays by itself.
/// </summary>
internal sealed partial class SinkStart(IClickHouse clickHouse, IActors actors, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<SinkStart> logger) : BackgroundService
{
    // A metric that gets no events does not find out by itself that its silo has died.
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    /// <summary>Metrics at once: each reads its table.</summary>
    private const int MetricsAtOnce = 4;

    // A metric's settings are JSON.
    private const string WithSinks =
        "SELECT grain FROM (SELECT grain, argMax(state, version) AS settings FROM analytics.state WHERE name = 'settings' GROUP BY grain) " +
        "WHERE arrayExists(view -> length(JSONExtractArrayRaw(view, 'Sinks')) > 0, JSONExtractArrayRaw(settings, 'Views'))";

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await WhenStartedAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var isDone = await TryWakeAsync(stoppingToken);
            await Task.Delay(isDone ? Every : RetryAfter, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WhenStartedAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStarted = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await using var onStopping = stoppingToken.Register(() => started.TrySetResult());
        await started.Task;
    }

    private async Task<bool> TryWakeAsync(CancellationToken stoppingToken)
    {
        try
        {
            var rows = await clickHouse.ReadRowsAsync(WithSinks, null, stoppingToken);
            await Parallel.ForEachAsync(
                rows, new ParallelOptions { MaxDegreeOfParallelism = MetricsAtOnce, CancellationToken = stoppingToken },
                async (row, _) =>
                {
                    var (project, metric) = MetricKey.Split(row[0]!);
                    await actors.Metric(project, metric).GetSettingsAsync();
                });
            return true;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception exception)
        {
            LogNotWoken(exception);
            return false;
        }
    }

    [LoggerMessage(2040, LogLevel.Warning, "Metrics whose views have sinks could not all be woken; it is tried again")]
    private partial void LogNotWoken(Exception exception);
}
