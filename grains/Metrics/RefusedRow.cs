namespace Analytics.Grains.Metrics;

/// <summary>A row that ClickHouse refuses, whatever block it is in.</summary>
/// <param name="Project">The row's project.</param>
/// <param name="Metric">The row's metric.</param>
/// <param name="Partition">Log partition of the event.</param>
/// <param name="Offset">Log offset of its message.</param>
/// <param name="Sequence">Index of the event in its message.</param>
/// <param name="Reason">ClickHouse's words.</param>
/// <param name="Raw">The event as JSON, one envelope in UTF-8, rendered from its columns.</param>
public sealed record RefusedRow(string Project, string Metric, int Partition, long Offset, int Sequence, string Reason, byte[] Raw);
