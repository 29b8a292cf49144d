namespace Analytics.Silo.Log.File;

/// <summary>
/// One partition as its files show it, without touching them: a torn end that the next start would cut is not shown, damage is left for the
/// reader to report.
/// </summary>
internal sealed class ReadOnlyPartition : ILogSegments
{
    private readonly SegmentList _segments = new();

    /// <summary>Reads the committed offset, and the last segment from beginning to end.</summary>
    public ReadOnlyPartition(int number, string directory, ILogDisk disk)
    {
        Number = number;
        CommittedOffset = CommitFile.Peek(disk, directory);
        var found = PartitionRecovery.Find(disk, directory);
        var empty = PartitionRecovery.TakeEmptyEnd(found);
        foreach (var (segment, lengthBytes) in found)
        {
            segment.DurableBytes = lengthBytes;
            _segments.Add(segment);
        }

        var emptyOffset = empty.Count == 0 ? 0 : empty[0].BaseOffset;
        EndOffset = _segments.Count == 0 ? Math.Max(emptyOffset, CommittedOffset) : Scan(disk, _segments.Active, emptyOffset);
    }

    /// <inheritdoc />
    public int Number { get; }

    /// <summary>Everything before it was committed.</summary>
    public long CommittedOffset { get; }

    /// <summary>The offset after the last record.</summary>
    public long EndOffset { get; }

    /// <inheritdoc />
    public bool TryFind(long offset, out SegmentView view)
    {
        if (offset >= EndOffset || _segments.Count == 0)
        {
            view = default;
            return false;
        }

        view = _segments.ViewOf(offset);
        return true;
    }

    /// <inheritdoc />
    /// <remarks>Nothing is ever added to what was found, so that a wait would not end.</remarks>
    public Task WaitForRecordsAsync(long offset) =>
        Task.FromException(new EventLogException($"Partition {Number} of the log ends at {EndOffset}; there is nothing at {offset}."));

    /// <inheritdoc />
    /// <remarks>Whoever only looks is told by the exception.</remarks>
    public void FoundDamage(EventLogCorruptException damage)
    {
    }

    /// <inheritdoc />
    public void HasRead(long firstOffset, long nextOffset)
    {
    }

    private static long Scan(ILogDisk disk, Segment active, long durableBefore)
    {
        using var cursor = new SegmentCursor(disk.OpenRead(active.Path), active.DurableBytes);
        var scan = SegmentScan.Of(cursor, active, durableBefore);
        active.NextOffset = scan.NextOffset;
        active.DurableBytes = scan.IsDamaged ? active.DurableBytes : scan.IntactBytes;
        return scan.NextOffset;
    }
}
