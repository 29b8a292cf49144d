namespace Analytics.Grains.Metrics;

/// <summary>Events dropped because an earlier one had the same id.</summary>
/// <param name="Total">How many.</param>
/// <param name="Positions">By log partition, the offset up to which every event is settled: a durable row, or a repeat that is counted here.</param>
internal sealed record DuplicateCount(long Total, IReadOnlyDictionary<int, long> Positions)
{
    /// <summary>None yet.</summary>
    public static DuplicateCount None { get; } = new(0, new Dictionary<int, long>());

    /// <summary>The count once these batches are settled too.</summary>
    public DuplicateCount Add(IEnumerable<TakenBatch> batches)
    {
        var total = Total;
        var positions = new Dictionary<int, long>(Positions);
        foreach (var batch in batches)
        {
            total += batch.Duplicates;
            positions[batch.Acknowledgement.Partition] = Math.Max(batch.LastOffset, positions.GetValueOrDefault(batch.Acknowledgement.Partition, -1));
        }

        return new DuplicateCount(total, positions);
    }
}
