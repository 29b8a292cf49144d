namespace Analytics.Silo.Audit;

/// <summary>What was found in one log partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="FromOffset">The first offset asked for.</param>
/// <param name="ToOffset">The offset after the last one looked at.</param>
/// <param name="CommittedOffset">Everything before it must be accounted for.</param>
/// <param name="DroppedOffsets">Offsets of the range that the log no longer has; nothing can be said of them.</param>
/// <param name="Messages">Log records decoded.</param>
/// <param name="Bytes">Bytes of those records.</param>
/// <param name="Counts">The counts, all tables together.</param>
internal sealed record AuditPartition(
    int Partition, long FromOffset, long ToOffset, long CommittedOffset, long DroppedOffsets, long Messages, long Bytes, AuditCounts Counts);
