namespace Analytics.Silo.Http.Overview;

/// <summary>One metric among many.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Total">Rows: of the live state where its actor is here, else of the table; <see langword="null"/> when neither is known.</param>
/// <param name="Rate">Events of the last second.</param>
internal readonly record struct MetricReading(string Metric, long? Total, long Rate);
