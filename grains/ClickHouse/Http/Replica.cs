namespace Analytics.Grains.ClickHouse.Http;

/// <summary>One server, and whether it can be used. What changes is guarded by the lock of <see cref="Replicas"/>.</summary>
/// <param name="url">Its address.</param>
internal sealed class Replica(Uri url)
{
    private const double PauseSecondsMin = 1;

    /// <summary>The longest pause: a server that comes back is in use within a minute.</summary>
    private const double PauseSecondsMax = 60;

    /// <summary>Its address.</summary>
    public Uri Url { get; } = url;

    /// <summary>Whether it was asked for its version since it last failed, and has one that is used.</summary>
    public bool IsKnown { get; set; }

    /// <summary>Failures in a row.</summary>
    public int FailureCount { get; set; }

    /// <summary>The clock's timestamp of the last one.</summary>
    public long FailedAt { get; set; }

    /// <summary>How long it is left alone after as many failures: twice as long each time.</summary>
    public TimeSpan Pause => FailureCount == 0
        ? TimeSpan.Zero
        : TimeSpan.FromSeconds(Math.Min(PauseSecondsMax, PauseSecondsMin * Math.Pow(2, Math.Min(FailureCount - 1, 16))));
}
