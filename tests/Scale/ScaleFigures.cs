namespace Analytics.Tests.Scale;

/// <summary>What a run has measured.</summary>
internal sealed record ScaleFigures
{
    /// <summary>Seconds until every metric has an actor and a live state.</summary>
    public required double CreateSeconds { get; init; }

    /// <summary>Events accepted and not yet in live state, looked at every second under load: the most of the first third.</summary>
    public required double LagFirst { get; init; }

    /// <summary>The same of the last third.</summary>
    public required double LagLast { get; init; }

    /// <summary>Milliseconds from accepted to seen in live state, 99 of 100.</summary>
    public required double LiveP99Ms { get; init; }

    /// <summary>Bytes resident at worst, the restart included.</summary>
    public required double ResidentBytesMax { get; init; }

    /// <summary>Parts of a table at worst.</summary>
    public required double PartsMax { get; init; }

    /// <summary>Inserts that failed.</summary>
    public required double InsertFailures { get; init; }

    /// <summary>Seconds of processor time a second under load.</summary>
    public required double CoresBusy { get; init; }

    /// <summary>Seconds by which the load was behind its plan at worst.</summary>
    public required double LateSecondsMax { get; init; }

    /// <summary>Seconds from the start after a kill -9 to ready.</summary>
    public required double ReadySeconds { get; init; }

    /// <summary>Seconds from that start until everything accepted was in live state, with events coming.</summary>
    public required double CaughtUpSeconds { get; init; }

    /// <summary>Metrics whose live total or rows are not what was accepted, at the end.</summary>
    public required int WrongMetrics { get; init; }

    /// <summary>Bytes resident at worst while only some of the metrics get events.</summary>
    public required double ResidentBytesFew { get; init; }
}
