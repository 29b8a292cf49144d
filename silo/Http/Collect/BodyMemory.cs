namespace Analytics.Silo.Http.Collect;

/// <summary>Counts the bytes of all request bodies in memory against one limit. Never waits: a request that does not fit is told to come back.</summary>
internal sealed class BodyMemory(long bytesMax)
{
    private long _bytes;

    /// <summary>The limit.</summary>
    public long BytesMax => bytesMax;

    /// <summary>Bytes taken now.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Takes bytes; false when they would exceed the limit.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= bytesMax)
        {
            return true;
        }

        Interlocked.Add(ref _bytes, -bytes);
        return false;
    }

    /// <summary>Gives back what was taken.</summary>
    public void Give(long bytes) => Interlocked.Add(ref _bytes, -bytes);
}
