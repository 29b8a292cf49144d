namespace Analytics.Grains.Metrics;

/// <summary>Events dropped because an earlier one had the same id.</summary>
/// <param name="Total">How many.</param>
/// <param name="Positions">By log partition, the offset up to which they are counted: handed over again after a crash, they are not counted twice.</param>
internal sealed record DuplicateCount(long Total, IReadOnlyDictionary<int, long> Positions)
{
    /// <summary>None yet.</summary>
    public static DuplicateCount None { get; } = new(0, new Dictionary<int, long>());
}
