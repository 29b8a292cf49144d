namespace Analytics.Grains.Metrics;

/// <summary>
/// Rows of a table by the day they were inserted. Tells rows that a retention policy has deleted, which only those of old days may be, from rows that are
/// missing or that somebody added.
/// </summary>
/// <param name="rows">By the day, days since 1970 UTC.</param>
internal sealed class DayRows(IReadOnlyDictionary<long, long> rows)
{
    private const long DaySeconds = 86_400;

    // The engine's clock may be ahead of ours by that much.
    private const long ClockSlackSeconds = 3600;

    private readonly Dictionary<long, long> _rows = new(rows);

    /// <summary>Of a table without rows.</summary>
    public static IReadOnlyDictionary<long, long> None { get; } = new Dictionary<long, long>();

    /// <summary>All of them.</summary>
    public long Total => _rows.Values.Sum();

    /// <summary>Counts rows that were inserted.</summary>
    public void Add(uint insertedSeconds, long count)
    {
        var day = insertedSeconds / DaySeconds;
        _rows[day] = _rows.GetValueOrDefault(day) + count;
    }

    /// <summary>Compares with what the table has.</summary>
    /// <param name="table">Its rows by day.</param>
    /// <param name="nowSeconds">The time, UTC seconds since 1970.</param>
    /// <param name="deleteAfterDays">The policy.</param>
    /// <returns>How many more rows the table has than it should have (fewer when negative), and how many have expired.</returns>
    public (long Drift, long Expired) Compare(IReadOnlyDictionary<long, long> table, long nowSeconds, int deleteAfterDays)
    {
        var lastOldDay = ((nowSeconds + ClockSlackSeconds) / DaySeconds) - deleteAfterDays;
        var (drift, expired) = (0L, 0L);
        foreach (var day in _rows.Keys.Union(table.Keys))
        {
            var more = table.GetValueOrDefault(day) - _rows.GetValueOrDefault(day);
            if (more < 0 && day <= lastOldDay)
            {
                expired -= more;
            }
            else
            {
                drift += more;
            }
        }

        return (drift, expired);
    }
}
