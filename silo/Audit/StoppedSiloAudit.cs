using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Silo.Configuration;
using Analytics.Silo.Log.File;
using Microsoft.Extensions.Logging.Abstractions;

namespace Analytics.Silo.Audit;

/// <summary>An audit of a data directory that no silo runs on: reads its files and leaves them as they are.</summary>
internal static class StoppedSiloAudit
{
    // One query at a time; a second connection costs nothing and the pools want one each.
    private const int Connections = 1;

    /// <summary>Audits.</summary>
    /// <returns><see langword="null"/> when a silo runs on the directory.</returns>
    public static async Task<AuditReport?> TryRunAsync(AnalyticsOptions options, AuditRequest request, CancellationToken cancellationToken)
    {
        var log = ReadOnlyFileLog.TryOpen(options.DataDirectory);
        if (log is null)
        {
            return null;
        }

        await using (log)
        {
            if (request.Check(log.Partitions, AuditArguments.NameOf, out var range) is { } problem)
            {
                throw new AuditFailedException(problem);
            }

            if (request.Deep)
            {
                throw new AuditFailedException("--deep compares live numbers, and no silo runs on this data directory.");
            }

            var engineOptions = options.ClickHouse with { Connections = Connections, QueryConnections = Connections };
            await using var view = await TablesView.OpenAsync(engineOptions, options.DataDirectory, NullLogger<EmbeddedClickHouse>.Instance);
            return await new LogAudit(log, view.ClickHouse, options.Limits, TimeProvider.System).RunAsync(range, cancellationToken);
        }
    }
}
