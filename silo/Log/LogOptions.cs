namespace Analytics.Silo.Log;

/// <summary><c>Analytics:Log</c>: which log holds the events until their rows are durable, and how much of them.</summary>
public sealed record LogOptions
{
    /// <summary><c>File</c>: segment files under the data directory. <c>Kafka</c>: topics, as <c>Analytics:Kafka</c> says.</summary>
    public string Kind { get; init; } = "File";

    /// <summary>
    /// Partitions of a new file log, or of the Kafka topic where it is missing and made, 1-1,024; what exists keeps the number it was made with. Four
    /// keep two to four cores busy.
    /// </summary>
    public int Partitions { get; init; } = 4;

    /// <summary>Bytes of a segment file after which the next one begins, 64 KiB-2 GiB. Whole segments are what retention removes.</summary>
    public int SegmentBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>Bytes of all segments of all partitions at most, uncommitted ones included; beyond it appends are refused. 8 GiB is about a day at 600 events/s.</summary>
    public long TotalBytesMax { get; init; } = 8L * 1024 * 1024 * 1024;

    /// <summary>Bytes of committed segments kept in each partition for replays. Older ones are removed.</summary>
    public long RetentionBytesMax { get; init; } = 256L * 1024 * 1024;

    /// <summary>Hours a committed segment is kept for replays, 0-87,600, counted from its last record.</summary>
    public int RetentionHoursMax { get; init; } = 24;
}
