using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;
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
    // One query at a time; a second connection costs nothing and the pools want one each.
    private const int Connections = 1;

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
            await using var view = await OpenAsync(options);
            return await new LogAudit(log, view.ClickHouse, options.Limits, TimeProvider.System).RunAsync(range, cancellationToken);
        }
    }

    private static async Task<AuditReport?> TryRunOnKafkaAsync(AnalyticsOptions options, AuditRequest request, CancellationToken cancellationToken)
    {
        TablesView view;
        try
        {
            view = await OpenAsync(options);
        }
        catch (ClickHouseInUseException)
        {
            return null;
        }

        await using (view)
        {
            await using var log = await KafkaEventLog.OpenReadOnlyAsync(
                options.Kafka, new TopicStore(view.ClickHouse), NullLogger<KafkaEventLog>.Instance, TimeProvider.System, cancellationToken);
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

    private static Task<TablesView> OpenAsync(AnalyticsOptions options) => options.ClickHouse.SlowDirectory is not null
        ? throw new AuditFailedException("Parts of tables may be in ClickHouse:SlowDirectory, which can only be read by a running server: start it and use POST /v1/audit.")
        : TablesView.OpenAsync(
        options.ClickHouse with { Connections = Connections, QueryConnections = Connections }, options.DataDirectory, NullLogger<EmbeddedClickHouse>.Instance);
}
