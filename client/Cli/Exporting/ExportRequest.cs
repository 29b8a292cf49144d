namespace Analytics.Cli.Exporting;

/// <summary>What is exported.</summary>
/// <param name="Project">The project.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Format"><c>ndjson</c>, <c>csv</c> or <c>parquet</c>.</param>
/// <param name="From">Event times from this one on.</param>
/// <param name="To">Event times before this one.</param>
/// <param name="IsAllColumns">Whether the columns of the log's positions come too.</param>
internal sealed record ExportRequest(string Project, string Metric, string Format, DateTimeOffset? From, DateTimeOffset? To, bool IsAllColumns);
