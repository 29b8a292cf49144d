namespace Analytics.Grains.ClickHouse;

/// <summary>How long to wait before an insert that failed is tried again: 100 ms, doubling to 15 s, each cut by chance by up to a half so that tables
/// which failed together do not come back together.</summary>
/// <param name="random">Of one thread at a time, or <see cref="Random.Shared"/>.</param>
public sealed class InsertBackoff(Random random)
{
    /// <summary>Longest wait before the second attempt.</summary>
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);

    /// <summary>The same when the table has too many parts: one merge of small parts takes about as long.</summary>
    public static readonly TimeSpan FirstOfTooManyParts = TimeSpan.FromSeconds(2);

    /// <summary>Longest wait at all: soon enough after a long outage, seldom enough within it.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    // 2^20 times the first one is far beyond the longest.
    private const int DoublingsMax = 20;

    /// <summary>The wait after a failed attempt.</summary>
    /// <param name="attempt">Attempts so far, 1 or more.</param>
    /// <param name="code">ClickHouse's error code of the last one.</param>
    public TimeSpan After(int attempt, int code)
    {
        var first = code == InsertErrorClasses.TooManyParts ? FirstOfTooManyParts : First;
        var longest = Math.Min(Longest.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(attempt - 1, DoublingsMax)));
        return TimeSpan.FromMilliseconds(longest * (0.5 + (random.NextDouble() / 2)));
    }
}
