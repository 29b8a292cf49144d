namespace Analytics.Grains.Metrics;

/// <summary>A row of a block that its table refuses.</summary>
/// <param name="Row">Index of the row in the block.</param>
/// <param name="Reason">ClickHouse's words.</param>
internal readonly record struct RowRefusal(int Row, string Reason);
