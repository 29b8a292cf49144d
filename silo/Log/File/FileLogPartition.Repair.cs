namespace Analytics.Silo.Log.File;

/// <summary>
/// What happens when a write or fsync fails. After a failed fsync the kernel may have dropped the data and call the next fsync a success:
/// trying again on the same file would acknowledge what is not on disk. So everything not yet durable is given up, its appenders are told, and
/// the partition takes no records until the segment was opened anew, cut to its last durable record, fsynced, and read back whole.
/// </summary>
internal sealed partial class FileLogPartition
{
    /// <summary>Pause after a repair that failed; doubles up to the maximum.</summary>
    private const int RepairPauseMsMin = 100;
    private const int RepairPauseMsMax = 10_000;

    /// <summary>Longest pause before the repair after a write that failed again: as long as callers are told to wait.</summary>
    private const int FailurePauseMsMax = 1_000;

    private void Fail(Exception failure)
    {
        TaskCompletionSource<Exception?>? written;
        TaskCompletionSource<Exception?>? filled;
        TaskCompletionSource<Exception?>? roomMade;
        lock (_gate)
        {
            _fault = failure;
            _nextOffset = _durableEnd;
            _context.Space.GiveBack(_pendingBytes);
            _pendingBytes = 0;
            written = _writing.Reset();
            filled = _filling.Reset();
            roomMade = _roomMade;
            _roomMade = null;
        }

        _context.Instruments.Failed(_tag);
        FileLogMessages.WriteFailed(_context.Logger, failure, Number, _active.Path, _durableEnd);
        written?.SetResult(failure);
        filled?.SetResult(failure);
        roomMade?.SetResult(failure);
    }

    /// <summary>
    /// On a full disk every repair succeeds and the next write fails. Without a pause each record would cost a repair, which reads the segment
    /// whole, and lines of log output, on what is often the same disk. Records offered meanwhile are refused at once.
    /// </summary>
    private void PauseAfterRepeatedFailures()
    {
        if (++_failuresInRow > 1)
        {
            PauseUnlessClosing(Math.Min(FailurePauseMsMax, RepairPauseMsMin << Math.Min(_failuresInRow - 2, 10)));
        }
    }

    /// <returns>False when the log is closing.</returns>
    private bool PauseUnlessClosing(int pauseMs)
    {
        lock (_gate)
        {
            if (!_closing)
            {
                Monitor.Wait(_gate, pauseMs);
            }

            return !_closing;
        }
    }

    private void RepairUntilDone()
    {
        var pauseMs = RepairPauseMsMin;
        while (!TryRepair())
        {
            if (!PauseUnlessClosing(pauseMs))
            {
                return;
            }

            pauseMs = Math.Min(RepairPauseMsMax, pauseMs * 2);
        }
    }

    private bool TryRepair()
    {
        try
        {
            Repair();
        }
        catch (Exception e)
        {
            FileLogMessages.RepairFailed(_context.Logger, e, Number, _active.Path);
            return false;
        }

        lock (_gate)
        {
            _fault = null;
        }

        FileLogMessages.Repaired(_context.Logger, Number, _active.Path, _durableEnd);
        return true;
    }

    private void Repair()
    {
        var segment = _active;
        _file.Dispose();
        RemoveUnusedSegments(segment.BaseOffset);
        _file = _context.Disk.OpenWrite(segment.Path);
        if (_file.LengthBytes < segment.DurableBytes)
        {
            throw new IOException($"The segment has {_file.LengthBytes} bytes; {segment.DurableBytes} were durable.");
        }

        _file.SetLength(segment.DurableBytes);
        _file.Sync();
        using var cursor = new SegmentCursor(_context.Disk.OpenRead(segment.Path), segment.DurableBytes);
        var scan = SegmentScan.Of(cursor, new Segment(segment.Path, segment.BaseOffset), _durableEnd);
        if (scan.IsDamaged)
        {
            throw new IOException($"The segment cannot be read at offset {scan.BadOffset}, byte {scan.IntactBytes}.");
        }
    }

    /// <summary>A next segment that was made but never used (its folder could not be fsynced) would hide what this one still gets.</summary>
    private void RemoveUnusedSegments(long baseOffset)
    {
        foreach (var file in _context.Disk.ListFiles(_directory))
        {
            if (Segment.TryParseFileName(file.Name, out var other) && other > baseOffset)
            {
                _context.Disk.Delete(Path.Combine(_directory, file.Name));
            }
        }

        _context.Disk.SyncDirectory(_directory);
    }
}
