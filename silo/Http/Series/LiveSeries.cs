using System.Globalization;
using Analytics.GrainInterfaces;
using Analytics.Grains.Query;

namespace Analytics.Silo.Http.Series;

/// <summary>Answers a series from the windows of the live state, where they have all of it: in a millisecond, and without a word to the engine; or else its newest part.</summary>
internal static class LiveSeries
{
    // What the windows are kept by, the coarsest first: it has the fewest.
    private static readonly int[] SlotsMs = [3_600_000, 60_000, 1000];

    private const long DayMs = 86_400_000;

    /// <summary>The rows as <see cref="SeriesSql"/>'s query would give them; <see langword="null"/> when the table has to be asked.</summary>
    public static async Task<IReadOnlyList<string?[]>?> TryReadAsync(IMetricGrain actor, SeriesQuery query)
    {
        if (!IsOfWindows(query))
        {
            return null;
        }

        var stepMs = query.Step.Milliseconds;
        foreach (var slotMs in SlotsMs)
        {
            if (stepMs % slotMs == 0 && query.FromMs % slotMs == 0 && query.ToMs % slotMs == 0
                && await actor.GetCountsAsync(slotMs, query.FromMs, query.ToMs) is { } counts)
            {
                return Rows(counts, query.FromMs, slotMs, stepMs);
            }
        }

        return null;
    }

    /// <summary>The rows of the newest intervals, and from when on they count; <see langword="null"/> when the table has to be asked for all. What is older is in the table, flushed or not.</summary>
    public static async Task<(long FromMs, IReadOnlyList<string?[]> Rows)?> TryReadTailAsync(IMetricGrain actor, SeriesQuery query)
    {
        if (!IsOfWindows(query))
        {
            return null;
        }

        foreach (var slotMs in SlotsMs)
        {
            if (query.Step.Milliseconds % slotMs == 0 && query.ToMs % slotMs == 0 && await actor.GetTailCountsAsync(slotMs, query.FromMs, query.ToMs) is { } tail)
            {
                return (tail.FromMs, Rows(tail.Counts, tail.FromMs, slotMs, query.Step.Milliseconds));
            }
        }

        return null;
    }

    /// <summary>Older rows and newer ones as one series: the interval that both have a part of is one.</summary>
    public static IReadOnlyList<string?[]> Join(IReadOnlyList<string?[]> older, IReadOnlyList<string?[]> newer)
    {
        if (older.Count == 0 || newer.Count == 0 || older[^1][0] != newer[0][0])
        {
            return [.. older, .. newer];
        }

        var both = long.Parse(older[^1][2]!, CultureInfo.InvariantCulture) + long.Parse(newer[0][2]!, CultureInfo.InvariantCulture);
        return [.. older.SkipLast(1), [newer[0][0], string.Empty, both.ToString(CultureInfo.InvariantCulture)], .. newer.Skip(1)];
    }

    // Of rows, not of values, not in groups; in intervals that begin alike in UTC wherever one counts from.
    private static bool IsOfWindows(SeriesQuery query) =>
        query is { Aggregate: SeriesAggregate.Count, Field: null, By: null, TimeZone: "UTC", FromMs: >= 0 }
        && (DayMs % query.Step.Milliseconds == 0 || query.Step.Unit is 's' or 'm');

    private static List<string?[]> Rows(long[] counts, long fromMs, int slotMs, long stepMs)
    {
        var rows = new List<string?[]>();
        for (var i = 0; i < counts.Length;)
        {
            var beginMs = (fromMs + ((long)i * slotMs)) / stepMs * stepMs;
            var sum = 0L;
            for (; i < counts.Length && fromMs + ((long)i * slotMs) < beginMs + stepMs; i++)
            {
                sum += counts[i];
            }

            if (sum > 0)
            {
                rows.Add([beginMs.ToString(CultureInfo.InvariantCulture), string.Empty, sum.ToString(CultureInfo.InvariantCulture)]);
            }
        }

        return rows;
    }
}
