using System.Text;
using Analytics.GrainInterfaces;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Tables;
using Analytics.Silo.Http.Collect;
using Analytics.Silo.Http.Read;
using Analytics.Silo.Log;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary>
/// Tells which events of replays that began earlier are in their tables. An event may be in the log and on its way: so it first waits until
/// everything that was in the log when the request came is done with, then flushes the metric, then asks its table. For one request.
/// </summary>
internal sealed class PresentEvents(IActors actors, IEventLog log, IClickHouse clickHouse, TimeProvider time)
{
    // Rows are durable within the flush interval, half a second by default; a log that is further behind is not waited for.
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    private readonly HashSet<int> _caughtUp = [];

    /// <summary>Takes the events out of the letters that are in their tables.</summary>
    /// <exception cref="LogBehindException">Events of the log have not reached their tables in time.</exception>
    /// <exception cref="TimeoutException">A flush took too long.</exception>
    /// <exception cref="ClickHouseException">A table did not answer.</exception>
    public async Task RemoveAsync(IReadOnlyCollection<ReplayedLetter> letters, CancellationToken cancellationToken)
    {
        foreach (var some in letters.SelectMany(letter => letter.Events).GroupBy(one => Encoding.UTF8.GetString(one.Key), StringComparer.Ordinal))
        {
            var (project, metric) = MetricKey.Split(some.Key);
            await CatchUpAsync(some.First().Key, project, metric, cancellationToken);
            var present = await FindAsync(project, metric, [.. some.Select(one => one.Id).Distinct(StringComparer.Ordinal)], cancellationToken);
            foreach (var letter in letters)
            {
                letter.Events.RemoveAll(one => present.Contains(one.Id) && one.Key.AsSpan().SequenceEqual(some.First().Key));
            }
        }
    }

    private async Task CatchUpAsync(byte[] key, string project, string metric, CancellationToken cancellationToken)
    {
        var partition = PartitionHash.PartitionOf(key, log.WritablePartitions);
        var actor = actors.Metric(project, metric);
        if (_caughtUp.Contains(partition))
        {
            await actor.FlushAsync();
            return;
        }

        var end = await log.ReadEndAsync(partition, cancellationToken);
        var begin = time.GetTimestamp();
        while (await log.ReadCommittedAsync(partition, cancellationToken) < end)
        {
            if (time.GetElapsedTime(begin) > WaitMax)
            {
                throw new LogBehindException(partition);
            }

            await actor.FlushAsync();
            await Task.Delay(Between, time, cancellationToken);
        }

        // What is committed is in the tables.
        _caughtUp.Add(partition);
    }

    private async Task<HashSet<string>> FindAsync(string project, string metric, string[] ids, CancellationToken cancellationToken)
    {
        var present = new HashSet<string>(StringComparer.Ordinal);
        var table = SqlText.Table(project, TableName.Of(project, metric));
        for (var next = 0; next < ids.Length;)
        {
            var list = new StringBuilder();
            while (next < ids.Length && list.Length < SqlText.StatementCharsMax)
            {
                list.Append(list.Length == 0 ? string.Empty : ",").Append(SqlText.Literal(ids[next++]));
            }

            try
            {
                var rows = await clickHouse.ReadRowsAsync($"SELECT DISTINCT _id FROM {table} WHERE _id IN ({list})", null, cancellationToken);
                present.UnionWith(rows.Select(row => row[0]!));
            }
            catch (ClickHouseException exception) when (ReadProblems.IsTableMissing(exception))
            {
                // The metric has never had a row.
                return present;
            }
        }

        return present;
    }
}
