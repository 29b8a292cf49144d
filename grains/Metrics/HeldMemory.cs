namespace Analytics.Grains.Metrics;

/// <summary>
/// Bytes of events that this process holds between log and table: decoded and not delivered, delivered and not written. Readers pause
/// while it is full; what is held leaves without any reading, so it always empties again.
/// </summary>
/// <param name="bytesMax">Bytes from which on it is full.</param>
public sealed class HeldMemory(long bytesMax)
{
    private long _bytes;

    /// <summary>Bytes held now.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Whether nothing should be read now.</summary>
    public bool IsFull => Bytes >= bytesMax;

    /// <summary>Counts bytes in, or out when negative.</summary>
    public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);
}
