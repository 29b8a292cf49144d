namespace Analytics.Grains.Live.Rebuild;

/// <summary>The live state of a whole table.</summary>
/// <param name="Live">The state.</param>
/// <param name="InsertedSeconds">The highest <c>_inserted</c> of the table, UTC seconds since 1970; 0 without rows. The next block must not have a lower
/// one.</param>
internal sealed record RestoredLive(LiveMetric Live, long InsertedSeconds);
