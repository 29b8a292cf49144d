using Analytics.Grains.Columns;

namespace Analytics.Grains.Live.Snapshot;

/// <summary>A snapshot of a metric's live state, read back and fitted to the columns its table has now.</summary>
/// <param name="Live">The state; its <see cref="LiveMetric.Ends"/> tell which rows it is of.</param>
/// <param name="Columns">The names and types of its fields, in their order.</param>
/// <param name="InsertedSeconds">No other row of the table has an <c>_inserted</c> before this, UTC seconds since 1970.</param>
internal sealed record FittedSnapshot(LiveMetric Live, IReadOnlyList<TableColumn> Columns, long InsertedSeconds);
