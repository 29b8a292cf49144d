namespace Analytics.Silo.Log.File;

/// <summary>
/// Reads a partition from an offset on, straight from the segment files: an entry's memory is a slice of the read buffer. An offset below
/// the first one retained begins at the first one retained; the offset of the entry tells. Reads block the calling thread; what was
/// appended lately comes from the page cache.
/// </summary>
internal sealed class FileLogReader(ILogSegments partition, ILogDisk disk, long offset) : ILogReader
{
    private readonly List<LogEntry> _entries = [];
    private long _offset = offset;
    private Segment? _segment;
    private SegmentCursor? _cursor;
    private bool _disposed;

    public long NextOffset => _offset;

    public ValueTask<IReadOnlyList<LogEntry>> ReadAsync(int bytesMax, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytesMax);
        cancellationToken.ThrowIfCancellationRequested();
        return TryRead(bytesMax)
            ? new ValueTask<IReadOnlyList<LogEntry>>(_entries)
            : new ValueTask<IReadOnlyList<LogEntry>>(WaitAndReadAsync(bytesMax, cancellationToken));
    }

    public ValueTask DisposeAsync()
    {
        _disposed = true;
        LeaveSegment();
        return ValueTask.CompletedTask;
    }

    private async Task<IReadOnlyList<LogEntry>> WaitAndReadAsync(int bytesMax, CancellationToken cancellationToken)
    {
        do
        {
            await partition.WaitForRecordsAsync(_offset).WaitAsync(cancellationToken);
            ObjectDisposedException.ThrowIf(_disposed, this);
        }
        while (!TryRead(bytesMax));

        return _entries;
    }

    private bool TryRead(int bytesMax)
    {
        _entries.Clear();
        try
        {
            return TryReadDurable(bytesMax);
        }
        catch (EventLogCorruptException e)
        {
            partition.FoundDamage(e);
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LeaveSegment();
            throw new EventLogException($"Partition {partition.Number} of the log cannot be read at offset {_offset}: {e.Message}", e);
        }
    }

    private bool TryReadDurable(int bytesMax)
    {
        while (partition.TryFind(_offset, out var view))
        {
            if (!ReferenceEquals(view.Segment, _segment) && !TryEnter(view))
            {
                continue;
            }

            _cursor!.LimitBytes = view.DurableBytes;
            if (!TryTake(bytesMax))
            {
                throw DamageAtCursor(view);
            }

            partition.HasRead(_entries[0].Offset, _offset);
            return true;
        }

        return false;
    }

    /// <summary>Opens a segment and goes to the offset; false when retention has just removed it.</summary>
    private bool TryEnter(SegmentView view)
    {
        LeaveSegment();
        try
        {
            _cursor = new SegmentCursor(disk.OpenRead(view.Segment.Path), view.DurableBytes);
        }
        catch (FileNotFoundException)
        {
            if (partition.TryFind(_offset, out var again) && ReferenceEquals(again.Segment, view.Segment))
            {
                throw Damage(view, Math.Max(_offset, view.Segment.BaseOffset), view.NextOffset, "the file is gone");
            }

            return false;
        }

        _segment = view.Segment;
        _offset = Math.Max(_offset, view.Segment.BaseOffset);
        _cursor.Seek(view.StartPosition, view.StartOffset);
        while (_cursor.ExpectedOffset < _offset)
        {
            if (_cursor.TryNext(mayRead: true, out _, out _) != CursorState.Record)
            {
                GoBehindDamage(view);
            }
        }

        return true;
    }

    /// <summary>The way to the offset is damaged. That is fine if the record itself is not.</summary>
    private void GoBehindDamage(SegmentView view)
    {
        var found = _cursor!.TryFindRecord(_cursor.ExpectedOffset);
        if (!found || _cursor.ExpectedOffset > _offset)
        {
            var nextOffset = found ? _cursor.ExpectedOffset : view.NextOffset;
            LeaveSegment();
            throw Damage(view, _offset, nextOffset, "the record is damaged or missing");
        }
    }

    /// <summary>Takes the records in the buffer, after reading at least one; false when there is none.</summary>
    private bool TryTake(int bytesMax)
    {
        var bytes = 0;
        while (bytes < bytesMax
            && _cursor!.TryNext(mayRead: _entries.Count == 0, out var header, out var payload) == CursorState.Record)
        {
            _entries.Add(new LogEntry(header.Offset, RecordFormat.RecordOf(header, payload)));
            _offset = header.Offset + 1;
            bytes += payload.Length;
        }

        return _entries.Count > 0;
    }

    private EventLogCorruptException DamageAtCursor(SegmentView view)
    {
        var position = _cursor!.Position;
        var nextOffset = _cursor.TryFindRecord(_offset + 1) ? _cursor.ExpectedOffset : view.NextOffset;
        LeaveSegment();
        return Damage(view, _offset, nextOffset, $"the record at byte {position} is damaged or missing");
    }

    private EventLogCorruptException Damage(SegmentView view, long badOffset, long nextOffset, string what)
    {
        return new EventLogCorruptException(
            $"Partition {partition.Number} of the log cannot be read at offset {badOffset}: {what} in {view.Segment.Path}. The next readable offset is {nextOffset} or later.",
            badOffset,
            nextOffset);
    }

    private void LeaveSegment()
    {
        _cursor?.Dispose();
        _cursor = null;
        _segment = null;
    }
}
