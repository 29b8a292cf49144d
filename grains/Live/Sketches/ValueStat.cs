namespace Analytics.Grains.Live.Sketches;

/// <summary>What is known of a value that is counted by itself.</summary>
/// <param name="Count">Rows with it.</param>
/// <param name="Rank">The lowest rank of these rows (<see cref="RowRanks"/>).</param>
internal readonly record struct ValueStat(long Count, ulong Rank)
{
    /// <summary>What is known of both rows.</summary>
    public ValueStat And(long count, ulong rank) => new(Count + count, Count == 0 ? rank : Math.Min(Rank, rank));
}
