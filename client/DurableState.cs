namespace Analytics.Client;

/// <summary>What of a metric is in its table.</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Positions">Highest log offset by log partition.</param>
/// <param name="Drift">Rows by which the table differed from <paramref name="Rows"/> when last compared: 0 unless somebody changed the table.</param>
public sealed record DurableState(long Rows, IReadOnlyDictionary<int, long> Positions, long Drift = 0);
