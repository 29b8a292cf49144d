using Analytics.Grains.ClickHouse;
using Analytics.Grains.Configuration;
using Analytics.Silo.Cluster;
using Analytics.Silo.Configuration;
using Analytics.Silo.Log;
using Analytics.Silo.Log.File;
using Analytics.Silo.Log.Kafka;
using Analytics.Silo.Log.Kafka.Topics;
using Microsoft.Extensions.Logging.Abstractions;

namespace Analytics.Silo.Audit;

/// <summary>An audit of a data directory that no silo runs on: reads its files, or the log in Kafka, and leaves all of it as it is.</summary>
internal static class StoppedSiloAudit
{
    /// <summary>Audits.</summary>
    /// <returns><see langword="null"/> when a silo runs on the directory.</returns>
    public static Task<AuditReport?> TryRunAsync(AnalyticsOptions options, AuditRequest request, CancellationToken cancellationToken) =>
        options.Log.Kind == LogOptions.File
            ? TryRunOnFilesAsync(options, request, cancellationToken)
            : TryRunOnKafkaAsync(options, request, cancellationToken);

    private static async Task<AuditReport?> TryRunOnFilesAsync(AnalyticsOptions options, AuditRequest request, CancellationToken cancellationToken)
    {
        var log = ReadOnlyFileLog.TryOpen(options.DataDirectory);
        if (log is null)
        {
            return null;
        }

        await using (log)
        {
            // What is asked is judged before the tables are opened.
            var range = RangeOf(request, log);
            await using var view = await AuditedTables.OpenAsync(options, cancellationToken);
            return await new LogAudit(log, view.ClickHouse, options.Limits, TimeProvider.System).RunAsync(range, cancellationToken);
        }
    }

    private static async Task<AuditReport?> TryRunOnKafkaAsync(AnalyticsOptions options, AuditRequest request, CancellationToken cancellationToken)
    {
        // Nothing here is taken by a silo whose log is Kafka and whose tables are on a server: whether one runs is asked.
        if (options.ClickHouse.Kind == ClickHouseOptions.Http && await RunningSiloAudit.IsRunningAsync(options, cancellationToken))
        {
            return null;
        }

        AuditedTables view;
        try
        {
            view = await AuditedTables.OpenAsync(options, cancellationToken);
        }
        catch (ClickHouseInUseException)
        {
            return null;
        }

        await using (view)
        {
            await using var log = await KafkaEventLog.OpenReadOnlyAsync(
                options.Kafka, new TopicStore(view.ClickHouse, new LocalLock()), NullLogger<KafkaEventLog>.Instance, TimeProvider.System, cancellationToken);
            return await new LogAudit(log, view.ClickHouse, options.Limits, TimeProvider.System).RunAsync(RangeOf(request, log), cancellationToken);
        }
    }

    private static AuditRange RangeOf(AuditRequest request, IEventLog log)
    {
        if (request.Check(log.Partitions, AuditArguments.NameOf, out var range) is { } problem)
        {
            throw new AuditFailedException(problem);
        }

        return request.Deep
            ? throw new AuditFailedException("--deep compares live numbers, and no silo runs on this data directory.")
            : range;
    }
}
