using System.Globalization;
using Analytics.GrainInterfaces;
using Analytics.Grains.Query;

namespace Analytics.Silo.Http.Series;

/// <summary>Answers a series from the windows of the live state, where they have all of it: in a millisecond, and without a word to the engine.</summary>
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
