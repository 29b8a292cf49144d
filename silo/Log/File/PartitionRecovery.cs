namespace Analytics.Silo.Log.File;

/// <summary>
/// Opens the segments of a partition. Only the last one is read: the others were durable as a whole before it began, and readers check every
/// record anyway. What was torn at the end is cut; what was damaged is kept as it is, and a new segment begins behind it.
/// </summary>
internal sealed class PartitionRecovery(int partition, string directory, FileLogContext context)
{
    private readonly ILogDisk _disk = context.Disk;

    /// <summary>Opens or begins the segments.</summary>
    /// <param name="committedOffset">New records get this offset or a higher one, whatever is left in the files: offsets done with are never used again.</param>
    /// <returns>The segments, and the last one's file for writing.</returns>
    public (SegmentList Segments, ILogFile Active) Open(long committedOffset)
    {
        var found = Find(_disk, directory);
        var empty = TakeEmptyEnd(found);
        var durableBefore = empty.Count == 0 ? 0 : empty[0].BaseOffset;
        var segments = new SegmentList();
        foreach (var (segment, lengthBytes) in found)
        {
            segment.DurableBytes = lengthBytes;
            segments.Add(segment);
        }

        var file = segments.Count == 0
            ? Begin(segments, Math.Max(durableBefore, committedOffset))
            : Continue(segments, durableBefore, committedOffset);
        try
        {
            foreach (var segment in empty)
            {
                if (segment.Path != segments.Active.Path)
                {
                    _disk.Delete(segment.Path);
                }
            }

            _disk.SyncDirectory(directory);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        return (segments, file);
    }

    private ILogFile Continue(SegmentList segments, long durableBefore, long committedOffset)
    {
        var active = segments.Active;
        var file = _disk.OpenWrite(active.Path);
        try
        {
            var scan = Scan(active, durableBefore);
            if (!scan.IsDamaged)
            {
                Cut(file, active, scan);
            }

            MakeDurable(file, scan);
            if (!scan.IsDamaged && committedOffset <= scan.NextOffset)
            {
                return file;
            }

            if (scan.NextOffset < committedOffset)
            {
                FileLogMessages.EndBelowCommitted(context.Logger, partition, scan.NextOffset, committedOffset);
            }

            file.Dispose();
            return Begin(segments, Math.Max(scan.NextOffset, committedOffset));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The segments of a folder with the sizes of their files, oldest first.</summary>
    public static List<(Segment Segment, long LengthBytes)> Find(ILogDisk disk, string directory)
    {
        var found = new List<(Segment Segment, long LengthBytes)>();
        foreach (var file in disk.ListFiles(directory))
        {
            if (Segment.TryParseFileName(file.Name, out var baseOffset))
            {
                found.Add((new Segment(Path.Combine(directory, file.Name), baseOffset), file.LengthBytes));
            }
        }

        found.Sort(static (a, b) => a.Segment.BaseOffset.CompareTo(b.Segment.BaseOffset));
        return found;
    }

    /// <summary>
    /// Takes the segments at the end that never got a record off the list, so that the last one holding records is the one that is checked.
    /// Their names still tell that everything before them was durable: a segment begins only after that. Highest first.
    /// </summary>
    public static List<Segment> TakeEmptyEnd(List<(Segment Segment, long LengthBytes)> found)
    {
        var empty = new List<Segment>();
        while (found.Count > 0 && found[^1].LengthBytes == 0)
        {
            empty.Add(found[^1].Segment);
            found.RemoveAt(found.Count - 1);
        }

        return empty;
    }

    private SegmentScan Scan(Segment segment, long durableBefore)
    {
        using var cursor = new SegmentCursor(_disk.OpenRead(segment.Path), segment.DurableBytes);
        var scan = SegmentScan.Of(cursor, segment, durableBefore);
        segment.NextOffset = scan.NextOffset;
        segment.LastTimestampMs = scan.LastTimestampMs;
        if (scan.IsDamaged)
        {
            FileLogMessages.SegmentDamaged(
                context.Logger, partition, segment.Path, scan.BadOffset, scan.IntactBytes, scan.NextOffset);
        }

        return scan;
    }

    private void Cut(ILogFile file, Segment segment, SegmentScan scan)
    {
        var cutBytes = segment.DurableBytes - scan.IntactBytes;
        if (cutBytes > 0)
        {
            FileLogMessages.TailCut(context.Logger, partition, segment.Path, cutBytes, scan.NextOffset);
            file.SetLength(scan.IntactBytes);
            segment.DurableBytes = scan.IntactBytes;
        }
    }

    /// <summary>
    /// What looks fine may be in the page cache only, after a crash of the process; and after a failed fsync the cache may even call it clean,
    /// so that an fsync alone would do nothing. Only the last group can be concerned: it is written again. Readers are shown durable records.
    /// </summary>
    private static void MakeDurable(ILogFile file, SegmentScan scan)
    {
        var group = new byte[scan.LastGroupEnd - scan.LastGroupPosition];
        var got = 0;
        while (got < group.Length)
        {
            var bytes = file.Read(group.AsSpan(got), scan.LastGroupPosition + got);
            if (bytes == 0)
            {
                throw new IOException("The segment became shorter while it was read.");
            }

            got += bytes;
        }

        if (got > 0)
        {
            file.Write(group, scan.LastGroupPosition);
        }

        file.Sync();
    }

    private ILogFile Begin(SegmentList segments, long baseOffset)
    {
        var segment = new Segment(Path.Combine(directory, Segment.FileName(baseOffset)), baseOffset);
        var file = _disk.Create(segment.Path);
        _disk.SyncDirectory(directory);
        segments.Add(segment);
        return file;
    }
}
