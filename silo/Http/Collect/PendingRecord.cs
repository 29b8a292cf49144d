namespace Analytics.Silo.Http.Collect;

/// <summary>A record that is about to be appended.</summary>
/// <param name="Partition">Where to.</param>
/// <param name="Key">The first event's <c>project/metric</c>.</param>
/// <param name="Value">The message; memory of the body or of the cut.</param>
internal readonly record struct PendingRecord(int Partition, byte[] Key, ReadOnlyMemory<byte> Value);
