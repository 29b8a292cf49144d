using System.Collections.Concurrent;
using System.Globalization;
using Analytics.GrainInterfaces;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Configuration;
using Analytics.Silo.Http;
using Analytics.Silo.Http.Read;

namespace Analytics.Silo.Audit;

/// <summary>Compares live totals, and for a deep audit every field's live state, with the tables of a running silo.</summary>
internal sealed class LiveComparison(
    IActors actors, IClickHouse clickHouse, LimitsOptions limits, MetricOptions metricOptions, HttpOptions options, TimeProvider time)
{
    private readonly FieldComparison _fields = new(clickHouse, limits, metricOptions, time);

    /// <summary>Adds to each metric what its actor says.</summary>
    /// <param name="metrics">The metrics.</param>
    /// <param name="isDeep">Whether fields are compared too; reads every column of every table.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TimeoutException">A table did not take its rows in time.</exception>
    public async Task<IReadOnlyList<AuditMetric>> CompareAsync(IReadOnlyList<AuditMetric> metrics, bool isDeep, CancellationToken cancellationToken)
    {
        var compared = new ConcurrentDictionary<int, AuditMetric>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, metrics.Count),
            new ParallelOptions { MaxDegreeOfParallelism = options.FlushesMax, CancellationToken = cancellationToken },
            async (i, token) => compared[i] = await CompareAsync(metrics[i], isDeep, token));
        return [.. metrics.Select((_, i) => compared[i])];
    }

    private async Task<AuditMetric> CompareAsync(AuditMetric metric, bool isDeep, CancellationToken cancellationToken)
    {
        var actor = actors.Metric(metric.Project, metric.Metric);
        if (await actor.GetSnapshotAsync() is not { } before)
        {
            return metric;
        }

        // Events may come meanwhile. What was live before is flushed, so the table has no fewer; what it has is live after, so it has no more.
        await actor.FlushAsync();
        var rows = await CountAsync(new AuditTable(MetricKey.Of(metric.Project, metric.Metric)), cancellationToken);
        var after = (await actor.GetSnapshotAsync())!.Total;
        var drift = rows < before.Total ? before.Total - rows : rows > after ? after - rows : 0;
        var compared = metric with { LiveTotal = after, TableRows = rows, Drift = drift };
        return isDeep ? await _fields.CompareAsync(compared, actor, cancellationToken) : compared;
    }

    private async Task<long> CountAsync(AuditTable table, CancellationToken cancellationToken)
    {
        try
        {
            var rows = await clickHouse.ReadRowsAsync($"SELECT toString(count()) FROM {table.QuotedName}", null, cancellationToken);
            return long.Parse(rows[0][0]!, CultureInfo.InvariantCulture);
        }
        catch (ClickHouseException exception) when (ReadProblems.IsTableMissing(exception))
        {
            return 0;
        }
    }
}
