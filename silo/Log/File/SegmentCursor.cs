namespace Analytics.Silo.Log.File;

/// <summary>
/// Walks the records of a segment file up to a limit, in large reads into one reused buffer, checking every one. Recovery, positioning and
/// reading are all this walk. Records stay where they are in the buffer until the cursor reads from the file again.
/// </summary>
internal sealed class SegmentCursor(ILogFile file, long limitBytes) : IDisposable
{
    /// <summary>One read: several thousand ordinary records, and far longer to copy than the call costs.</summary>
    private const int BlockBytes = 1024 * 1024;

    /// <summary>A buffer that had to grow beyond this for one giant record is not kept.</summary>
    private const int KeptBytesMax = 4 * 1024 * 1024;

    private byte[] _buffer = [];
    private int _start;
    private int _end;

    /// <summary>Where in the file the next record begins.</summary>
    public long Position { get; private set; }

    /// <summary>The offset the next record must have.</summary>
    public long ExpectedOffset { get; private set; }

    /// <summary>Bytes of the file that may be read; only ever grows.</summary>
    public long LimitBytes { get; set; } = limitBytes;

    private int BufferedBytes => _end - _start;

    public void Dispose() => file.Dispose();

    /// <summary>Goes to a record.</summary>
    public void Seek(long position, long expectedOffset)
    {
        Position = position;
        ExpectedOffset = expectedOffset;
        _start = _end = 0;
    }

    /// <summary>Takes the next record.</summary>
    /// <param name="mayRead">False: only what is in the buffer already, so that records taken before stay valid.</param>
    /// <param name="header">The header of the record.</param>
    /// <param name="payload">Its key, headers and value.</param>
    public CursorState TryNext(bool mayRead, out RecordHeader header, out ReadOnlyMemory<byte> payload)
    {
        header = default;
        payload = default;
        var available = LimitBytes - Position;
        if (available == 0)
        {
            return CursorState.End;
        }

        if (available < RecordFormat.HeaderBytes)
        {
            return CursorState.Bad;
        }

        if (!TryBuffer(RecordFormat.HeaderBytes, mayRead, out var state))
        {
            return state;
        }

        if (!RecordFormat.TryReadTotalBytes(_buffer.AsSpan(_start), out var totalBytes) || totalBytes > available)
        {
            return CursorState.Bad;
        }

        if (!TryBuffer(totalBytes, mayRead, out state))
        {
            return state;
        }

        if (!RecordFormat.TryRead(_buffer.AsSpan(_start, totalBytes), out header) || header.Offset != ExpectedOffset)
        {
            return CursorState.Bad;
        }

        payload = _buffer.AsMemory(_start + RecordFormat.HeaderBytes, totalBytes - RecordFormat.HeaderBytes);
        Advance(totalBytes);
        ExpectedOffset++;
        return CursorState.Record;
    }

    /// <summary>
    /// Looks for an intact record at any byte from the position on, up to the limit, whose offset is at or after <paramref name="offsetMin"/>,
    /// and stops in front of it. For use behind damage only.
    /// </summary>
    public bool TryFindRecord(long offsetMin)
    {
        // A segment cannot hold more records than headers fit in it: an offset beyond that is chance, not worth a checksum.
        var offsetMax = offsetMin + (LimitBytes / RecordFormat.HeaderBytes);
        while (LimitBytes - Position >= RecordFormat.HeaderBytes && TryBuffer(RecordFormat.HeaderBytes, mayRead: true, out _))
        {
            var candidate = _buffer.AsSpan(_start);
            var offset = RecordFormat.PeekOffset(candidate);
            if (offset >= offsetMin
                && offset <= offsetMax
                && RecordFormat.TryReadTotalBytes(candidate, out var totalBytes)
                && totalBytes <= LimitBytes - Position
                && TryBuffer(totalBytes, mayRead: true, out _)
                && RecordFormat.TryRead(_buffer.AsSpan(_start, totalBytes), out var header))
            {
                ExpectedOffset = header.Offset;
                return true;
            }

            Advance(1);
        }

        return false;
    }

    private void Advance(int bytes)
    {
        _start += bytes;
        Position += bytes;
    }

    /// <summary>Makes sure the next bytes are in the buffer.</summary>
    private bool TryBuffer(int bytes, bool mayRead, out CursorState state)
    {
        state = CursorState.Record;
        if (BufferedBytes >= bytes)
        {
            return true;
        }

        if (!mayRead)
        {
            state = CursorState.NotBuffered;
            return false;
        }

        Fill(bytes);
        state = CursorState.Bad;
        return BufferedBytes >= bytes;
    }

    private void Fill(int bytes)
    {
        var buffered = BufferedBytes;
        var keep = _buffer.Length >= bytes && (_buffer.Length <= KeptBytesMax || buffered > BlockBytes);
        var buffer = keep ? _buffer : GC.AllocateUninitializedArray<byte>(Math.Max(BlockBytes, Math.Max(bytes, buffered)));
        _buffer.AsSpan(_start, buffered).CopyTo(buffer);
        _buffer = buffer;
        _start = 0;
        _end = buffered;

        while (_end < bytes)
        {
            var readPosition = Position + _end;
            var readBytes = (int)Math.Min(_buffer.Length - _end, LimitBytes - readPosition);
            var got = readBytes <= 0 ? 0 : file.Read(_buffer.AsSpan(_end, readBytes), readPosition);
            if (got == 0)
            {
                return;
            }

            _end += got;
        }
    }
}
