using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Metrics.Activities;
using Analytics.Silo.Http.Read;
using Analytics.Silo.Log;

namespace Analytics.Silo.Http.Overview;

/// <summary>
/// Reads the whole server, without asking the metrics' actors: the catalog knows the names, <see cref="MetricActivities"/> what this process takes, the log how far it is read, ClickHouse what is
/// on disk. One caller at a time.
/// </summary>
internal sealed class OverviewReader(
    IActors actors, MetricActivities activities, InsertScheduler inserts, IEventLog log, TableSizes sizes, TimeProvider time)
{
    // Freshness is that of events that have just come; nothing is said of a metric that has been quiet for longer.
    private const long FreshMs = 10_000;

    private readonly EventRates _rates = new(activities, time);
    private long _inserts;
    private long? _insertsAt;

    /// <summary>A reading.</summary>
    /// <param name="watched">Projects whose metrics are wanted one by one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<OverviewReading> ReadAsync(IReadOnlyCollection<string> watched, CancellationToken cancellationToken)
    {
        sizes.Refresh(cancellationToken);
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var rates = _rates.Measure();
        var metrics = activities.All.Where(static metric => metric.Project != DeadLetterFields.Project).ToArray();
        var projects = new ProjectTally(sizes.Current);
        foreach (var metric in metrics)
        {
            projects.Add(metric, rates.GetValueOrDefault(metric));
        }

        var lists = new Dictionary<string, MetricReading[]>(StringComparer.Ordinal);
        foreach (var project in watched)
        {
            lists[project] = await ReadMetricsAsync(project, rates);
        }

        return new OverviewReading
        {
            TimeMs = nowMs,
            EventsSecond = rates.Where(static pair => pair.Key.Project != DeadLetterFields.Project).Sum(static pair => pair.Value),
            FreshnessMs = metrics.Where(metric => nowMs - metric.TakenAtMs < FreshMs).Max(static metric => (long?)metric.FreshnessMs),
            Drift = metrics.Sum(static metric => Math.Abs(metric.Drift)),
            DeadLetters = (await actors.Metric(DeadLetterFields.Project, DeadLetterFields.Metric).GetSnapshotAsync())?.Total ?? 0,
            Partitions = await ReadLogAsync(cancellationToken),
            Tables = sizes.Current.Values.Aggregate(default(TableSize), static (sum, one) => sum.And(one ?? default)),
            Parts = sizes.PartCount,
            Inserts = inserts.InsertsTotal,
            InsertsSecond = MeasureInserts(),
            InsertFailures = inserts.FailuresTotal,
            InsertsWaiting = inserts.WaitingCount,
            InsertsWaitMs = (long)inserts.LongestWait.TotalMilliseconds,
            Projects = projects.ToReadings(await actors.Catalog.ListProjectsAsync()),
            Watched = lists,
        };
    }

    private long MeasureInserts()
    {
        var (now, total) = (time.GetTimestamp(), inserts.InsertsTotal);
        var since = _insertsAt is { } at ? time.GetElapsedTime(at, now) : TimeSpan.MaxValue;
        var perSecond = since <= TimeSpan.Zero ? 0 : (total - _inserts) / since.TotalSeconds;
        (_inserts, _insertsAt) = (total, now);
        return (long)Math.Round(perSecond);
    }

    private async Task<MetricReading[]> ReadMetricsAsync(string project, IReadOnlyDictionary<MetricActivity, long> rates)
    {
        var names = await actors.Project(project).ListMetricsAsync();
        var readings = new MetricReading[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            var activity = activities.Find(project, names[i]);
            var total = activity?.Total ?? sizes.Current.GetValueOrDefault((project, names[i]))?.Rows;
            readings[i] = new MetricReading(names[i], total, activity is null ? 0 : rates.GetValueOrDefault(activity));
        }

        return readings;
    }

    private async Task<PartitionReading[]> ReadLogAsync(CancellationToken cancellationToken)
    {
        var readings = new List<PartitionReading>();
        foreach (var partition in log.Partitions)
        {
            // The committed offset first: the end may only move away from it meanwhile.
            var committed = await log.ReadCommittedAsync(partition, cancellationToken);
            readings.Add(new PartitionReading(partition, await log.ReadEndAsync(partition, cancellationToken), committed));
        }

        return [.. readings];
    }
}
