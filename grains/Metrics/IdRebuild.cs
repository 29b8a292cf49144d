using System.Globalization;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;
using Analytics.Grains.Live.Rebuild;

namespace Analytics.Grains.Metrics;

/// <summary>
/// Fills an id window from the table: the newest ids, in the order they were taken as far as the table tells (block by block, then by time of receipt and place
/// in the log). Only ids that a coming event can repeat are read.
/// </summary>
/// <remarks>
/// What comes next from a partition was received after what the table has of it, so an id matters if it was received within the window before that.
/// A partition may lag hours behind the others, and what it brings may repeat an id that another one brought meanwhile: all partitions
/// reach back as far as the one furthest behind, unless that has given nothing for <see cref="LagMax"/>.
/// </remarks>
internal sealed class IdRebuild(IClickHouse clickHouse, TimeProvider time)
{
    /// <summary>A partition whose newest row is older than this, against the newest of all, is taken for silent rather than late. The log keeps
    /// committed segments for a day.</summary>
    internal static readonly TimeSpan LagMax = TimeSpan.FromHours(24);

    /// <summary>How far the clocks that stamp receipt and insert may differ: an event is inserted after it was received.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromHours(1);

    /// <summary>Reads the ids.</summary>
    /// <param name="table">The quoted table name.</param>
    /// <param name="ends">How far the table's rows reach, by partition.</param>
    /// <param name="idsMax">Ids at most.</param>
    /// <param name="window">How long an id is remembered.</param>
    /// <param name="ids">An empty window.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task FillAsync(
        string table, IReadOnlyDictionary<int, PartitionEnd> ends, int idsMax, TimeSpan window, IdWindow ids, CancellationToken cancellationToken)
    {
        if (ends.Count == 0)
        {
            return;
        }

        var rows = await clickHouse.ReadRowsAsync(
            $"SELECT base64Encode({FixedColumns.Id}), toString(toUnixTimestamp64Milli({FixedColumns.Received})) FROM {table} " +
            $"WHERE ({Condition(ends, window)}) AND notEmpty({FixedColumns.Id}) " +
            $"ORDER BY {FixedColumns.Inserted} DESC, {FixedColumns.Received} DESC, {FixedColumns.Partition} DESC, {FixedColumns.Offset} DESC, " +
            $"{FixedColumns.Sequence} DESC LIMIT {idsMax.ToString(CultureInfo.InvariantCulture)}",
            null, cancellationToken);
        for (var i = rows.Count - 1; i >= 0; i--)
        {
            ids.Restore(Convert.FromBase64String(rows[i][0]!), Text.Int64(rows[i][1]!));
        }
    }

    private string Condition(IReadOnlyDictionary<int, PartitionEnd> ends, TimeSpan window)
    {
        // A producer's clock may be ahead by years: what comes next will hardly be.
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var newest = ends.ToDictionary(end => end.Key, end => Math.Min(end.Value.ReceivedMs, nowMs));
        var newestMs = newest.Values.Max();
        var latestMs = newest.Values.Where(ms => ms >= newestMs - (long)LagMax.TotalMilliseconds).Min();
        return string.Join(" OR ", newest.Select(partition =>
        {
            var sinceMs = Math.Max(0, Math.Min(partition.Value, latestMs) - (long)window.TotalMilliseconds);
            var insertedSeconds = Math.Max(0, (sinceMs - (long)ClockSlack.TotalMilliseconds) / 1000);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"({FixedColumns.Partition} = {partition.Key} AND {FixedColumns.Received} >= fromUnixTimestamp64Milli({sinceMs}, 'UTC') " +
                $"AND {FixedColumns.Inserted} >= toDateTime({insertedSeconds}, 'UTC'))");
        }));
    }
}
