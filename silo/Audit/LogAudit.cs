using Analytics.Grains.ClickHouse;
using Analytics.Grains.Configuration;
using Analytics.Silo.Log;

namespace Analytics.Silo.Audit;

/// <summary>
/// Proves after the fact that what was accepted went in exactly once: reads the log again and accounts for every input (a row, a repeat of an
/// earlier id, a dead letter, or still on its way) and for every row. Reads only; memory is bounded whatever the range.
/// </summary>
/// <param name="log">The log; only its reading side is used.</param>
/// <param name="clickHouse">Where the tables are.</param>
/// <param name="limits">What the decoder takes: the limits the log was decoded with, or inputs are judged differently.</param>
/// <param name="time">Measures the audit.</param>
/// <param name="settle">Lets what is under way arrive, before an input is called missing; for a log that is being written.</param>
internal sealed class LogAudit(
    IEventLog log, IClickHouse clickHouse, LimitsOptions limits, TimeProvider time, Func<CancellationToken, Task>? settle = null)
{
    /// <summary>Audits a range.</summary>
    /// <param name="range">Which records; its partition must be one of the log's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EventLogException">The log cannot be read.</exception>
    /// <exception cref="ClickHouseException">The tables cannot be read.</exception>
    public async Task<AuditReport> RunAsync(AuditRange range, CancellationToken cancellationToken = default)
    {
        var begin = time.GetTimestamp();
        var tally = new AuditTally();
        var tables = new AuditTables(clickHouse);
        await tables.ReadAsync(cancellationToken);
        var comparison = new StepComparison(clickHouse, tables, tally, new AbsentInputs(clickHouse, tally, settle), range);
        var partitions = new List<AuditPartition>();
        var judged = new SortedDictionary<int, OffsetSpans>();
        foreach (var partition in range.Partition is { } one ? [one] : log.Partitions)
        {
            var walk = new PartitionWalk(log, limits, range, tally, comparison, partition);
            partitions.Add(await walk.RunAsync(cancellationToken));
            judged.Add(partition, walk.Judged);
        }

        await new UnexplainedRows(clickHouse, tables, tally, range).FindAsync(judged, cancellationToken);
        var described = partitions.ConvertAll(partition => partition with { Counts = tally.Describe(partition.Partition) });
        return tally.Describe(range, described, time.GetElapsedTime(begin));
    }
}
