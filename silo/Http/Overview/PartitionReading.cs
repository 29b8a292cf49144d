namespace Analytics.Silo.Http.Overview;

/// <summary>How far one partition of the log is in the tables.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="End">The offset the next record will have.</param>
/// <param name="Committed">Everything before it is in tables.</param>
internal readonly record struct PartitionReading(int Partition, long End, long Committed)
{
    /// <summary>Records that are not all in tables yet.</summary>
    public long Lag => Math.Max(0, End - Committed);
}
