namespace Analytics.Silo.Log.File;

/// <summary>What retention asks of a partition: its oldest segment, how much could go, and to remove it.</summary>
internal sealed partial class FileLogPartition
{
    /// <summary>The oldest segment, when it is closed and every record in it is committed.</summary>
    public bool TryGetOldestCommitted(out Segment oldest, out long committedBytes)
    {
        lock (_gate)
        {
            oldest = _segments.First;
            committedBytes = _segments.CommittedBytes(_commits.NextOffset);
            return !_closed && _segments.Count > 1 && oldest.NextOffset <= _commits.NextOffset;
        }
    }

    /// <summary>Removes the oldest segment. Its space is free afterwards; a reader in the middle of it reads on to where it is.</summary>
    public bool TryRemoveOldest(Segment oldest)
    {
        lock (_gate)
        {
            if (_segments.Count < 2 || !ReferenceEquals(_segments.First, oldest))
            {
                return false;
            }

            // First from the list: a reader that finds no file then also finds no segment.
            _segments.RemoveFirst();
        }

        try
        {
            _context.Disk.Delete(oldest.Path);
            _context.Disk.SyncDirectory(_directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            FileLogMessages.RemoveFailed(_context.Logger, e, Number, oldest.Path);
            lock (_gate)
            {
                _segments.PutBackFirst(oldest);
            }

            return false;
        }

        _context.Space.GiveBack(oldest.DurableBytes);
        _context.Instruments.Removed(_tag);
        FileLogMessages.SegmentRemoved(_context.Logger, Number, oldest.Path, oldest.DurableBytes);
        return true;
    }

    /// <summary>Time of the last record of a closed segment; null when it is not known and may not be looked up.</summary>
    /// <param name="segment">A closed segment.</param>
    /// <param name="mayScan">Whether the file may be read as a whole: once for a segment of an earlier process.</param>
    public long? LastTimestampMs(Segment segment, bool mayScan)
    {
        if (segment.LastTimestampMs is not null || !mayScan)
        {
            return segment.LastTimestampMs;
        }

        using var cursor = new SegmentCursor(_context.Disk.OpenRead(segment.Path), segment.DurableBytes);
        var scan = SegmentScan.Of(cursor, new Segment(segment.Path, segment.BaseOffset), segment.NextOffset);

        // Without one intact record there is nothing in it to keep.
        segment.LastTimestampMs = scan.LastTimestampMs ?? 0;
        return segment.LastTimestampMs;
    }
}
