using Analytics.Grains.Alerts;
using Analytics.Silo.Http.Read;

namespace Analytics.Silo.Hosting;

/// <summary>
/// Wakes the actors of metrics that have alerts: at the start, and again where one has gone with its silo. An alert on silence must not wait for an event; whatever a webhook was not told
/// before a crash is told then.
/// </summary>
internal sealed partial class AlertKeeper(AlertStore store, IActors actors, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<AlertKeeper> logger) : BackgroundService
{
    // One query of a small table, and a call of an actor that is there mostly.
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            await WakeAsync(stoppingToken);
            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var (project, metric) in await store.ListMetricsAsync(cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await actors.Metric(project, metric).ReadAlertsAsync();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The silo stops.
        }
        catch (Exception e)
        {
            // The engine or an actor is away; the next round finds it.
            LogNotWoken(e);
        }
    }

    [LoggerMessage(EventId = 3210, Level = LogLevel.Warning, Message = "Metrics with alerts could not all be woken; done again in a minute")]
    private partial void LogNotWoken(Exception exception);
}
