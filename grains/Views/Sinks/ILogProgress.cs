namespace Analytics.Grains.Views.Sinks;

/// <summary>How far the tables are behind the log, all partitions together.</summary>
public interface ILogProgress
{
    /// <summary>How long after its time of receipt an event may be appended to the log, milliseconds. A window is looked for that much later.</summary>
    int AppendMs { get; }

    /// <summary>Every event that was received before this time is durable in its table, UTC milliseconds since 1970. Looks again, aside, when that is earlier than wanted: ask again later.</summary>
    /// <param name="wantedMs">What the caller waits for.</param>
    long Reached(long wantedMs);
}
