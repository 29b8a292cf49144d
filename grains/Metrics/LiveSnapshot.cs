namespace Analytics.Grains.Metrics;

/// <summary>The live state of a metric at one moment, as it is saved. It knows itself which rows it is of.</summary>
/// <param name="Bytes">As of <see cref="Live.Snapshot.LiveSnapshotCodec"/>.</param>
internal sealed record LiveSnapshot(byte[] Bytes);
