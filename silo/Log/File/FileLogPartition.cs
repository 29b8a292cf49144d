using System.Runtime.CompilerServices;

namespace Analytics.Silo.Log.File;

/// <summary>
/// One partition: appenders copy records into the batch being filled, one writer thread writes and fsyncs batches, readers look up what is
/// durable. All state is guarded by <see cref="_gate"/>, which is never held during I/O; the files belong to the writer.
/// </summary>
internal sealed partial class FileLogPartition : ILogSegments
{
    // An object, not a Lock: the writer waits on it.
    private readonly object _gate = new();
    private readonly FileLogContext _context;
    private readonly KeyValuePair<string, object?> _tag;
    private readonly string _directory;
    private readonly CommitFile _commits;
    private readonly SegmentList _segments;

    private AppendBatch _filling = new();
    private AppendBatch _writing = new();

    /// <summary>Offset of the next record appended; ahead of <see cref="_durableEnd"/> by the records on their way to the disk.</summary>
    private long _nextOffset;
    private long _durableEnd;
    private long _pendingBytes;

    /// <summary>Why the partition takes no records at the moment.</summary>
    private Exception? _fault;
    private bool _closing;
    private bool _closed;

    /// <summary>What appenders wait for while the batch is full, and readers at the end; made when the first one waits.</summary>
    private TaskCompletionSource<Exception?>? _roomMade;
    private TaskCompletionSource? _readable;

    public FileLogPartition(int number, string directory, FileLogContext context)
    {
        Number = number;
        _directory = directory;
        _context = context;
        _tag = LogInstruments.Tag(number);
        context.Disk.CreateDirectory(directory);
        _commits = CommitFile.Open(context.Disk, directory, out var unreadable);
        if (unreadable)
        {
            FileLogMessages.CommitUnreadable(context.Logger, number, directory);
        }

        try
        {
            (_segments, _file) = new PartitionRecovery(number, directory, context).Open(_commits.NextOffset);
        }
        catch
        {
            _commits.Dispose();
            throw;
        }

        _active = _segments.Active;
        _nextOffset = _durableEnd = _active.NextOffset;
        context.Space.Take(_segments.TotalBytes);
        StartWriter();
    }

    public int Number { get; }

    public long CommittedOffset => _commits.NextOffset;

    public long EndOffset
    {
        get
        {
            lock (_gate)
            {
                return _durableEnd;
            }
        }
    }

    public LogPartitionReading Reading
    {
        get
        {
            lock (_gate)
            {
                return new LogPartitionReading(
                    Number, _durableEnd, _commits.NextOffset, _segments.Count, _segments.TotalBytes, _pendingBytes, _damage is not null);
            }
        }
    }

    /// <summary>Appends a record of a size that was checked, and completes when it is durable.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<long> AppendAsync(LogRecord record, int bytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            switch (TryEnqueue(record, bytes, out var offset, out var signal))
            {
                case EnqueueOutcome.Enqueued:
                    var failure = await WaitAsync(signal, cancellationToken);
                    return failure is null ? offset : throw NotDurable(failure);
                case EnqueueOutcome.QueueFull:
                    await WaitAsync(signal, cancellationToken);
                    break;
                default:
                    FreeSpaceOrThrow(bytes);
                    break;
            }
        }
    }

    /// <summary>Finds the segment of an offset; false when nothing at or after it is durable yet.</summary>
    public bool TryFind(long offset, out SegmentView view)
    {
        lock (_gate)
        {
            ThrowIf(_closed);
            if (offset >= _durableEnd)
            {
                view = default;
                return false;
            }

            view = _segments.ViewOf(offset);
            return true;
        }
    }

    /// <summary>Completes when there may be a durable record at or after an offset, or the log was closed.</summary>
    public Task WaitForRecordsAsync(long offset)
    {
        lock (_gate)
        {
            if (_closed || offset < _durableEnd)
            {
                return Task.CompletedTask;
            }

            _readable ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _readable.Task;
        }
    }

    /// <summary>Remembers durably that everything before an offset is done with. Blocks for one fsync.</summary>
    public void Commit(long nextOffset)
    {
        if (nextOffset > EndOffset)
        {
            throw new EventLogException($"Offset {nextOffset} cannot be committed: partition {Number} of the log ends at {EndOffset}.");
        }

        try
        {
            _commits.Write(nextOffset);
        }
        catch (ObjectDisposedException)
        {
            throw Closed();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EventLogException($"Offset {nextOffset} of partition {Number} could not be committed: {e.Message}", e);
        }
    }

    /// <summary>Refuses new records, writes the ones that wait, wakes the readers and closes the files.</summary>
    public async Task CloseAsync()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.PulseAll(_gate);
        }

        await _writerEnded.Task;
        TaskCompletionSource? readable;
        lock (_gate)
        {
            _closed = true;
            readable = _readable;
            _readable = null;
        }

        readable?.SetResult();
        _file.Dispose();
        _commits.Dispose();
    }

    private EnqueueOutcome TryEnqueue(in LogRecord record, int bytes, out long offset, out Task<Exception?> signal)
    {
        lock (_gate)
        {
            ThrowIf(_closing);
            if (_fault is not null)
            {
                throw new EventLogException($"Partition {Number} of the log takes no records until it is repaired: {_fault.Message}", _fault);
            }

            offset = _nextOffset;
            if (!_filling.HasRoomFor(bytes))
            {
                _roomMade ??= new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
                signal = _roomMade.Task;
                return EnqueueOutcome.QueueFull;
            }

            if (!_context.Space.TryTake(bytes))
            {
                signal = Task.FromResult<Exception?>(null);
                return EnqueueOutcome.LogFull;
            }

            _filling.Add(offset, record, bytes);
            _pendingBytes += bytes;
            _nextOffset++;
            signal = _filling.Durable;
            if (_filling.Count == 1)
            {
                Monitor.PulseAll(_gate);
            }

            return EnqueueOutcome.Enqueued;
        }
    }

    private void FreeSpaceOrThrow(int bytes)
    {
        if (!_context.Retention.TryFree(bytes))
        {
            _context.Instruments.Refused(_tag);
            throw new EventLogFullException(
                $"The log is at its limit of {_context.Options.TotalBytesMax} bytes (Analytics:Log:TotalBytesMax) and nothing in it is committed that could go.");
        }
    }

    private static Task<Exception?> WaitAsync(Task<Exception?> signal, CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled ? signal.WaitAsync(cancellationToken) : signal;

    private static void ThrowIf(bool closed)
    {
        if (closed)
        {
            throw Closed();
        }
    }

    private static EventLogException Closed() => new("The log is closed.");

    private EventLogException NotDurable(Exception failure) =>
        new($"The record could not be made durable in partition {Number} of the log: {failure.Message}", failure);
}
