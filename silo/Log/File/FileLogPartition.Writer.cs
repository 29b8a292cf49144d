using System.Globalization;

namespace Analytics.Silo.Log.File;

/// <summary>The writer: takes everything that waits, one write, one fsync, tells everybody.</summary>
internal sealed partial class FileLogPartition
{
    /// <summary>The writer calls nothing deep.</summary>
    private const int WriterStackBytes = 256 * 1024;

    private readonly TaskCompletionSource _writerEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The segment being written and its file: the writer's own.</summary>
    private Segment _active;
    private ILogFile _file;
    private bool _rolled;

    /// <summary>Writes that failed since the last one that did not.</summary>
    private int _failuresInRow;

    private void StartWriter()
    {
        // A thread, not a pool task: it blocks in fsync most of its life, and would starve a pool of two.
        var thread = new Thread(Run, WriterStackBytes)
        {
            IsBackground = true,
            Name = string.Create(CultureInfo.InvariantCulture, $"log {Number} writer"),
        };
        thread.Start();
    }

    private void Run()
    {
        try
        {
            while (TryTakeBatch())
            {
                if (TryWriteBatch(out var failure))
                {
                    _failuresInRow = 0;
                    _writing.Reset()?.SetResult(null);
                    RetainAfterRoll();
                }
                else
                {
                    Fail(failure!);
                    PauseAfterRepeatedFailures();
                    RepairUntilDone();
                }
            }
        }
        finally
        {
            _writerEnded.SetResult();
        }
    }

    /// <summary>Waits for records and makes their batch the one being written; false when the log is closing and nothing waits.</summary>
    private bool TryTakeBatch()
    {
        TaskCompletionSource<Exception?>? roomMade;
        lock (_gate)
        {
            while (_filling.Count == 0)
            {
                if (_closing)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            (_filling, _writing) = (_writing, _filling);
            roomMade = _roomMade;
            _roomMade = null;
        }

        roomMade?.SetResult(null);
        return true;
    }

    private bool TryWriteBatch(out Exception? failure)
    {
        try
        {
            WriteBatch();
            failure = null;
            return true;
        }
        catch (Exception e)
        {
            // Whatever it was, the file's end is unknown now.
            failure = e;
            return false;
        }
    }

    /// <summary>Seals the records and writes them, in one piece unless a segment ends within.</summary>
    private void WriteBatch()
    {
        var records = _writing.Records.Span;
        var start = 0;
        var last = 0;
        var count = 0;
        var position = 0;
        while (position < records.Length)
        {
            var bytes = RecordFormat.Seal(records[position..]);
            var segmentBytes = _active.DurableBytes + (position - start);
            if (segmentBytes > 0 && segmentBytes + bytes > _context.Options.SegmentBytesMax)
            {
                Flush(records[start..position], count, last - start);
                Roll();
                start = position;
                count = 0;
            }

            last = position;
            position += bytes;
            count++;
        }

        Flush(records[start..], count, last - start);
    }

    /// <param name="records">Sealed records.</param>
    /// <param name="count">How many.</param>
    /// <param name="lastAt">Where the last of them begins.</param>
    private void Flush(ReadOnlySpan<byte> records, int count, int lastAt)
    {
        if (count == 0)
        {
            return;
        }

        _file.Write(records, _active.DurableBytes);
        var started = _context.Time.GetTimestamp();
        _file.Sync();
        _context.Instruments.Synced(_context.Time.GetElapsedTime(started), _tag);
        _context.Instruments.Appended(count, records.Length, _tag);

        TaskCompletionSource? readable;
        lock (_gate)
        {
            _active.Index(_durableEnd, _active.DurableBytes);
            _active.DurableBytes += records.Length;
            _active.LastTimestampMs = RecordFormat.PeekTimestampMs(records[lastAt..]);
            _durableEnd += count;
            _active.NextOffset = _durableEnd;
            _pendingBytes -= records.Length;
            readable = _readable;
            _readable = null;
        }

        readable?.SetResult();
    }

    /// <summary>Begins the next segment. The one before is durable as a whole: it was fsynced with its last batch.</summary>
    private void Roll()
    {
        var segment = new Segment(Path.Combine(_directory, Segment.FileName(_durableEnd)), _durableEnd);
        var file = _context.Disk.Create(segment.Path);
        try
        {
            _context.Disk.SyncDirectory(_directory);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        var previous = _file;
        lock (_gate)
        {
            _segments.Add(segment);
        }

        _active = segment;
        _file = file;
        previous.Dispose();
        _rolled = true;
    }

    private void RetainAfterRoll()
    {
        if (_rolled)
        {
            _rolled = false;
            _context.Retention.Enforce(this, mayScan: false);
        }
    }
}
