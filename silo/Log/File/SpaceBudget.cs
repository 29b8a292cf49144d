namespace Analytics.Silo.Log.File;

/// <summary>Bytes all segments of all partitions may have, those on their way to the disk included. Safe to call from any thread.</summary>
internal sealed class SpaceBudget(long bytesMax)
{
    private long _usedBytes;

    public long FreeBytes => bytesMax - Volatile.Read(ref _usedBytes);

    /// <summary>Takes bytes if they are free.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _usedBytes, bytes) <= bytesMax)
        {
            return true;
        }

        GiveBack(bytes);
        return false;
    }

    /// <summary>Counts bytes that are there already, free or not.</summary>
    public void Take(long bytes) => Interlocked.Add(ref _usedBytes, bytes);

    public void GiveBack(long bytes) => Interlocked.Add(ref _usedBytes, -bytes);
}
