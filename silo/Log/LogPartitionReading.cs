namespace Analytics.Silo.Log;

/// <summary>What the gauges show of one partition at one moment.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="EndOffset">The offset the next appended record will have.</param>
/// <param name="CommittedOffset">Everything before it was committed.</param>
/// <param name="Segments">Segment files, the one being written included.</param>
/// <param name="Bytes">Bytes of those files.</param>
/// <param name="QueuedBytes">Bytes waiting to be written.</param>
/// <param name="IsDamaged">Whether a reader stands at records that cannot be read.</param>
internal readonly record struct LogPartitionReading(
    int Partition, long EndOffset, long CommittedOffset, int Segments, long Bytes, long QueuedBytes, bool IsDamaged);
