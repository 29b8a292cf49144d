namespace Analytics.Silo.Log.File;

/// <summary>
/// The records that share the next write and fsync, encoded one behind the other. A partition has two: one being filled by appenders, one being
/// written. The records' bytes are copied in when they are appended, so that an appender that gives up may reuse its memory at once.
/// Guarded by the gate of the partition while it is filled; owned by the writer afterwards.
/// </summary>
internal sealed class AppendBatch
{
    /// <summary>Bytes after which appenders wait for the next batch; one record may be larger. 4 MiB are tens of thousands of events a fsync.</summary>
    public const int BytesMax = 4 * 1024 * 1024;

    private const int InitialBytes = 64 * 1024;

    private byte[] _buffer = [];
    private TaskCompletionSource<Exception?>? _durable;

    public int Count { get; private set; }

    public int UsedBytes { get; private set; }

    /// <summary>Completes when the records are durable, with null, or cannot become so, with the reason. One for all appenders of the batch.</summary>
    public Task<Exception?> Durable => _durable!.Task;

    public Memory<byte> Records => _buffer.AsMemory(0, UsedBytes);

    public bool HasRoomFor(int bytes) => Count == 0 || UsedBytes + bytes <= BytesMax;

    public void Add(long offset, in LogRecord record, int bytes)
    {
        _durable ??= new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_buffer.Length - UsedBytes < bytes)
        {
            Array.Resize(ref _buffer, Math.Max(InitialBytes, Math.Max(UsedBytes + bytes, (int)Math.Min(BytesMax, 2L * _buffer.Length))));
        }

        RecordFormat.Write(_buffer.AsSpan(UsedBytes, bytes), offset, Count, record);
        UsedBytes += bytes;
        Count++;
    }

    /// <summary>Empties the batch for its next use and returns what its appenders wait for; null when it had none.</summary>
    public TaskCompletionSource<Exception?>? Reset()
    {
        var durable = _durable;
        _durable = null;
        Count = 0;
        UsedBytes = 0;
        if (_buffer.Length > BytesMax)
        {
            _buffer = [];
        }

        return durable;
    }
}
