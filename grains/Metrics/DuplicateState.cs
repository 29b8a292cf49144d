namespace Analytics.Grains.Metrics;

/// <summary>
/// The count of duplicates as it is saved, before the block that goes with it is written: which of the two counts holds is told by the table.
/// (Counted too early, an event that was a repeat before a crash may be the one that is kept after it; counted too late, it would be dropped by its
/// position, uncounted.)
/// </summary>
/// <param name="Settled">The count before the block.</param>
/// <param name="Next">The count once the block's rows are in the table.</param>
/// <param name="Proof">They are when the table has these offsets of these log partitions, or higher ones. Each has to be there: a block of others may
/// have come as far in one of them.</param>
internal sealed record DuplicateState(DuplicateCount Settled, DuplicateCount Next, IReadOnlyDictionary<int, long> Proof)
{
    /// <summary>None yet.</summary>
    public static DuplicateState None { get; } = new(DuplicateCount.None, DuplicateCount.None, new Dictionary<int, long>());

    /// <summary>The count that holds for a table with these positions.</summary>
    public DuplicateCount Resolve(IReadOnlyDictionary<int, long> positions) =>
        Proof.All(last => positions.GetValueOrDefault(last.Key, -1) >= last.Value) ? Next : Settled;
}
