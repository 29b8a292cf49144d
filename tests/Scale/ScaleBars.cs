namespace Analytics.Tests.Scale;

/// <summary>What a run has to hold.</summary>
internal static class ScaleBars
{
    /// <summary>Milliseconds from accepted to seen in live state, 99 of 100.</summary>
    public const double LiveMs = 1000;

    /// <summary>Bytes resident, ClickHouse included.</summary>
    public const double ResidentBytes = 3e9;

    /// <summary>The same while a thousand of the metrics get events.</summary>
    public const double ResidentBytesFew = 1.2e9;

    /// <summary>Active parts of a table: ClickHouse begins to slow inserts down at a thousand in a partition.</summary>
    public const double Parts = 300;

    /// <summary>Seconds from a start to ready.</summary>
    public const double ReadySeconds = 10;

    /// <summary>Seconds from a start after a kill until everything accepted is in live state.</summary>
    public const double CaughtUpSeconds = 180;
}
