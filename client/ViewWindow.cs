namespace Analytics.Client;

/// <summary>A window of a view.</summary>
/// <param name="Start">Its begin.</param>
/// <param name="End">Its end: times before it are in the window.</param>
/// <param name="Closed">Whether nothing is added to it any more.</param>
/// <param name="Rows">Its groups, the largest first.</param>
public sealed record ViewWindow(DateTimeOffset Start, DateTimeOffset End, bool Closed, IReadOnlyList<ViewRow> Rows);
