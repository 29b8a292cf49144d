namespace Analytics.Silo.Http.Overview;

/// <summary>One project among many.</summary>
/// <param name="Project">Its name.</param>
/// <param name="Metrics">Metrics that are known of.</param>
/// <param name="Unread">Of these, metrics whose rows nobody has asked for since the start: they are not in <paramref name="Total"/>.</param>
/// <param name="Total">Rows of the others.</param>
/// <param name="Rate">Events of the last second.</param>
internal readonly record struct ProjectReading(string Project, int Metrics, int Unread, long Total, long Rate);
