namespace Analytics.Client;

/// <summary>What of a metric is in its table.</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Positions">Highest log offset by log partition.</param>
public sealed record DurableState(long Rows, IReadOnlyDictionary<int, long> Positions);
