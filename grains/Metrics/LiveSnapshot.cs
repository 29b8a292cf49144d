namespace Analytics.Grains.Metrics;

/// <summary>The live state of a metric at one moment, as it is saved. It knows itself which rows it is of.</summary>
/// <param name="Bytes">As of <see cref="Live.Snapshot.LiveSnapshotCodec"/>.</param>
internal sealed record LiveSnapshot(byte[] Bytes)
{
    /// <summary>Nothing: the next activation begins from the table.</summary>
    public static LiveSnapshot None { get; } = new([]);
}
