namespace Analytics.Grains.Live;

/// <summary>The newest of a metric's rows from one log partition.</summary>
/// <param name="Offset">The highest offset.</param>
/// <param name="ReceivedMs">The latest time of receipt, UTC milliseconds since 1970.</param>
internal readonly record struct PartitionEnd(long Offset, long ReceivedMs)
{
    /// <summary>Of two ends of the same partition, the later in each respect.</summary>
    public PartitionEnd Or(PartitionEnd other) => new(Math.Max(Offset, other.Offset), Math.Max(ReceivedMs, other.ReceivedMs));
}
