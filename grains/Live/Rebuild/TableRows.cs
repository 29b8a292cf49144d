namespace Analytics.Grains.Live.Rebuild;

/// <summary>What one query says of some of a table's rows.</summary>
/// <param name="InTable">Rows of the whole table.</param>
/// <param name="Count">Those in question.</param>
/// <param name="FirstMs">Their earliest event time, UTC milliseconds since 1970; without rows <see cref="long.MaxValue"/>.</param>
/// <param name="LastMs">Their latest event time; without rows <see cref="long.MinValue"/>.</param>
/// <param name="Ends">How far they reach, by log partition.</param>
/// <param name="InsertedSeconds">The highest <c>_inserted</c> of the whole table, UTC seconds since 1970; 0 without rows.</param>
internal sealed record TableRows(
    long InTable, long Count, long FirstMs, long LastMs, IReadOnlyDictionary<int, PartitionEnd> Ends, long InsertedSeconds);
