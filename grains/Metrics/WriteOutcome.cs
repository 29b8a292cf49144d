namespace Analytics.Grains.Metrics;

/// <summary>How a block came to be durable.</summary>
/// <param name="RefusedRows">Rows the table does not take: they are in the log as refused inputs, all others are in the table.</param>
internal readonly record struct WriteOutcome(int RefusedRows);
