namespace Analytics.Grains.Live.Sketches;

/// <summary>What SQL says of the rows that have a value.</summary>
/// <param name="Text">The value as <see cref="Rebuild.SketchSql.Key"/> makes it, as text.</param>
/// <param name="Count">How many rows have it.</param>
/// <param name="Rank">The lowest rank of these rows.</param>
internal readonly record struct ValueRow(byte[] Text, long Count, ulong Rank);
