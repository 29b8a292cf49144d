namespace Analytics.Silo.Log.File;

/// <summary>Everything the file log says, 1000-1049.</summary>
internal static partial class FileLogMessages
{
    [LoggerMessage(1000, LogLevel.Warning, "The log in {Directory} was made with {Partitions} partitions and keeps them; {Configured} are configured (Analytics:Log:Partitions).")]
    public static partial void PartitionsKept(ILogger logger, string directory, int partitions, int configured);

    [LoggerMessage(1001, LogLevel.Warning, "Partition {Partition}: cut {Bytes} bytes off {Path}, the rest of a write that a crash interrupted. The next offset is {NextOffset}.")]
    public static partial void TailCut(ILogger logger, int partition, string path, long bytes, long nextOffset);

    [LoggerMessage(1002, LogLevel.Error, "Partition {Partition}: {Path} is DAMAGED at offset {Offset}, byte {Position}; it is kept as it is. Readers stop there; new records begin at offset {NextOffset} in a new segment.")]
    public static partial void SegmentDamaged(ILogger logger, int partition, string path, long offset, long position, long nextOffset);

    [LoggerMessage(1003, LogLevel.Error, "Partition {Partition}: the segments end at offset {EndOffset}, but everything before {CommittedOffset} was committed. Records are missing; new ones begin at {CommittedOffset}.")]
    public static partial void EndBelowCommitted(ILogger logger, int partition, long endOffset, long committedOffset);

    [LoggerMessage(1004, LogLevel.Error, "Partition {Partition}: the committed offset in {Directory} cannot be read; reading begins at the first record kept.")]
    public static partial void CommitUnreadable(ILogger logger, int partition, string directory);

    [LoggerMessage(1005, LogLevel.Error, "Partition {Partition}: writing {Path} failed. Nothing from offset {NextOffset} on was made durable; no records are taken until the segment is repaired.")]
    public static partial void WriteFailed(ILogger logger, Exception exception, int partition, string path, long nextOffset);

    [LoggerMessage(1006, LogLevel.Error, "Partition {Partition}: {Path} could not be repaired; it is tried again.")]
    public static partial void RepairFailed(ILogger logger, Exception exception, int partition, string path);

    [LoggerMessage(1007, LogLevel.Warning, "Partition {Partition}: {Path} was cut to its last durable record and read back whole; records are taken again from offset {NextOffset}.")]
    public static partial void Repaired(ILogger logger, int partition, string path, long nextOffset);

    [LoggerMessage(1008, LogLevel.Information, "Partition {Partition}: removed {Path}, {Bytes} committed bytes.")]
    public static partial void SegmentRemoved(ILogger logger, int partition, string path, long bytes);

    [LoggerMessage(1009, LogLevel.Warning, "Partition {Partition}: {Path} could not be removed.")]
    public static partial void RemoveFailed(ILogger logger, Exception exception, int partition, string path);

    [LoggerMessage(1010, LogLevel.Error, "Partition {Partition}: retention failed; it is tried again.")]
    public static partial void RetentionFailed(ILogger logger, Exception exception, int partition);

    [LoggerMessage(1020, LogLevel.Error, "DAMAGED: {Damage} Reading this partition stands there until the file is mended (restore it from a copy); other partitions go on.")]
    public static partial void RecordDamaged(ILogger logger, string damage);
}
