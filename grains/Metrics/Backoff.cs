namespace Analytics.Grains.Metrics;

/// <summary>How long to wait after failures in a row: doubling, with jitter, so that many who failed together do not come back together.</summary>
internal static class Backoff
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(15);

    /// <summary>The wait after a failed attempt.</summary>
    /// <param name="attempt">1 for the first failure.</param>
    /// <param name="random">Decides the jitter.</param>
    public static TimeSpan After(int attempt, Random random)
    {
        var longest = Math.Min(LongestDelay.TotalMilliseconds, FirstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(attempt - 1, 20)));
        return TimeSpan.FromMilliseconds(longest * (0.5 + (random.NextDouble() / 2)));
    }
}
