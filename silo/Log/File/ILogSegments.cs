namespace Analytics.Silo.Log.File;

/// <summary>What a reader asks of a partition.</summary>
internal interface ILogSegments
{
    /// <summary>The partition's number.</summary>
    int Number { get; }

    /// <summary>Finds the segment of an offset; false when nothing at or after it is durable yet.</summary>
    bool TryFind(long offset, out SegmentView view);

    /// <summary>Completes when there may be a durable record at or after an offset, or the log was closed.</summary>
    Task WaitForRecordsAsync(long offset);

    /// <summary>A reader has come to damage, and stands there.</summary>
    void FoundDamage(EventLogCorruptException damage);

    /// <summary>A reader has read these offsets, so they are not damaged (any more).</summary>
    void HasRead(long firstOffset, long nextOffset);
}
