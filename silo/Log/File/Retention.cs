namespace Analytics.Silo.Log.File;

/// <summary>
/// Removes whole segments, oldest first and only when every record in them is committed: kept ones that are too many or too old, and any
/// when the log needs the space.
/// </summary>
internal sealed class Retention(LogOptions options, SpaceBudget space, TimeProvider time, ILogger logger)
{
    private const long HourMs = 3_600_000;

    // Taken before the gate of a partition, never within it.
    private readonly Lock _gate = new();
    private readonly List<FileLogPartition> _partitions = [];

    public void Add(FileLogPartition partition)
    {
        lock (_gate)
        {
            _partitions.Add(partition);
        }
    }

    /// <summary>Applies the limits to every partition. For the timer: reads a segment as a whole if its age is not known.</summary>
    public void EnforceAll()
    {
        FileLogPartition[] partitions;
        lock (_gate)
        {
            partitions = [.. _partitions];
        }

        foreach (var partition in partitions)
        {
            Enforce(partition, mayScan: true);
        }
    }

    /// <summary>Applies the limits to one partition; a failure is logged and tried again next time.</summary>
    public void Enforce(FileLogPartition partition, bool mayScan)
    {
        try
        {
            lock (_gate)
            {
                while (partition.TryGetOldestCommitted(out var oldest, out var committedBytes)
                    && (committedBytes > options.RetentionBytesMax || IsTooOld(partition.LastTimestampMs(oldest, mayScan)))
                    && partition.TryRemoveOldest(oldest))
                {
                }
            }
        }
        catch (Exception e)
        {
            FileLogMessages.RetentionFailed(logger, e, partition.Number);
        }
    }

    /// <summary>Makes room for bytes by removing committed segments, from the partition that has most of them; false when there is not enough to remove.</summary>
    public bool TryFree(long bytes)
    {
        lock (_gate)
        {
            while (space.FreeBytes < bytes)
            {
                if (!TryRemoveOne())
                {
                    return false;
                }
            }

            return true;
        }
    }

    private bool TryRemoveOne()
    {
        FileLogPartition? richest = null;
        Segment? oldest = null;
        var mostBytes = 0L;
        foreach (var partition in _partitions)
        {
            if (partition.TryGetOldestCommitted(out var candidate, out var committedBytes) && committedBytes > mostBytes)
            {
                richest = partition;
                oldest = candidate;
                mostBytes = committedBytes;
            }
        }

        return richest is not null && richest.TryRemoveOldest(oldest!);
    }

    private bool IsTooOld(long? lastTimestampMs) =>
        time.GetUtcNow().ToUnixTimeMilliseconds() - lastTimestampMs > options.RetentionHoursMax * HourMs;
}
