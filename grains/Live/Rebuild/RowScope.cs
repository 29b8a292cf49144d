using System.Globalization;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Snapshot;

namespace Analytics.Grains.Live.Rebuild;

/// <summary>Which rows of a table a query is about, as the condition of its WHERE.</summary>
/// <param name="Condition">SQL of its own precedence: in brackets, or a constant.</param>
internal readonly record struct RowScope(string Condition)
{
    /// <summary>Every row.</summary>
    public static readonly RowScope All = new("1");

    /// <summary>
    /// Every row that a snapshot does not cover. A table's <c>_inserted</c> never falls from block to block, so whole parts older than the snapshot
    /// are left out by their range of it; within the second of the snapshot the offsets tell.
    /// </summary>
    public static RowScope After(FittedSnapshot snapshot)
    {
        if (snapshot.Live.Ends.Count == 0)
        {
            return All;
        }

        var covered = snapshot.Live.Ends.Select(static end =>
            string.Create(CultureInfo.InvariantCulture, $"({FixedColumns.Partition} = {end.Key} AND {FixedColumns.Offset} <= {end.Value.Offset})"));
        return new RowScope(string.Create(
            CultureInfo.InvariantCulture,
            $"({FixedColumns.Inserted} >= toDateTime({snapshot.InsertedSeconds}, 'UTC') AND NOT ({string.Join(" OR ", covered)}))"));
    }
}
