using Analytics.Grains.ClickHouse;

namespace Analytics.Grains.Metrics;

/// <summary>How long to wait after failures in a row: doubling, with jitter, so that many who failed together do not come back together.</summary>
internal static class Backoff
{
    // 2^20 times the first one is far beyond the longest.
    private const int DoublingsMax = 20;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);

    // Merging what is too many takes seconds, not the milliseconds that most failures are over in.
    private static readonly TimeSpan FirstDelayOfTooManyParts = TimeSpan.FromSeconds(2);

    // Soon enough after a long outage, seldom enough within it.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(15);

    /// <summary>The wait after a failed attempt.</summary>
    /// <param name="attempt">1 for the first failure.</param>
    /// <param name="random">Decides the jitter.</param>
    public static TimeSpan After(int attempt, Random random) => After(attempt, FirstDelay, random);

    /// <summary>The wait after a failed insert.</summary>
    /// <param name="attempt">1 for the first failure.</param>
    /// <param name="code">ClickHouse's error code.</param>
    /// <param name="random">Decides the jitter.</param>
    public static TimeSpan AfterInsert(int attempt, int code, Random random) =>
        After(attempt, code == InsertErrorClasses.TooManyParts ? FirstDelayOfTooManyParts : FirstDelay, random);

    private static TimeSpan After(int attempt, TimeSpan first, Random random)
    {
        var longest = Math.Min(LongestDelay.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(attempt - 1, DoublingsMax)));
        return TimeSpan.FromMilliseconds(longest * (0.5 + (random.NextDouble() / 2)));
    }
}
