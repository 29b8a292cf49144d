namespace Analytics.Grains.Metrics;

/// <summary>The live state of a metric at one moment, as it is saved.</summary>
/// <param name="State">The state's bytes.</param>
/// <param name="Positions">By log partition, the offset up to which its rows are in it.</param>
/// <param name="LastInsertedSeconds">No row after these positions has an <c>_inserted</c> before this, UTC seconds since 1970.</param>
internal sealed record LiveSnapshot(byte[] State, IReadOnlyDictionary<int, long> Positions, uint LastInsertedSeconds);
