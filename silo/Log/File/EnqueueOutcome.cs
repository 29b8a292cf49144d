namespace Analytics.Silo.Log.File;

/// <summary>What became of a record offered to a partition.</summary>
internal enum EnqueueOutcome
{
    /// <summary>It is in the next batch.</summary>
    Enqueued,

    /// <summary>The next batch is full: wait until the writer has taken it.</summary>
    QueueFull,

    /// <summary>The log is at its size limit.</summary>
    LogFull,
}
