namespace Analytics.Silo.Log.File;

/// <summary>
/// A file log that is only looked at: nothing is made, repaired, cut, removed or written, and nothing can be appended or committed. It keeps
/// others from opening the log meanwhile.
/// </summary>
internal sealed class ReadOnlyFileLog : IEventLog
{
    private readonly LocalDisk _disk = new();
    private readonly IDisposable? _lock;
    private readonly ReadOnlyPartition[] _partitions;

    private ReadOnlyFileLog(string directory, IDisposable? directoryLock)
    {
        _lock = directoryLock;
        var meta = LogMeta.Read(_disk, directory) ?? throw new EventLogException($"There is no event log in {directory}.");
        _partitions = new ReadOnlyPartition[meta.Partitions];
        Partitions = [.. Enumerable.Range(0, meta.Partitions)];
        for (var number = 0; number < _partitions.Length; number++)
        {
            _partitions[number] = new ReadOnlyPartition(number, FileEventLog.PartitionDirectory(directory, number), _disk);
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<int> Partitions { get; }

    /// <summary>Opens the log of a data directory.</summary>
    /// <param name="dataDirectory">The data directory.</param>
    /// <returns><see langword="null"/> when another process has the log open.</returns>
    /// <exception cref="EventLogException">There is none, or it cannot be read.</exception>
    public static ReadOnlyFileLog? TryOpen(string dataDirectory)
    {
        var directory = Path.Combine(dataDirectory, "log");
        IDisposable? directoryLock = null;
        try
        {
            if (!TryLock(Path.Combine(directory, FileEventLog.LockFileName), out directoryLock))
            {
                return null;
            }

            return new ReadOnlyFileLog(directory, directoryLock);
        }
        catch (Exception e)
        {
            directoryLock?.Dispose();
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new EventLogException($"The log in {directory} cannot be read: {e.Message}", e);
            }

            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask<long> AppendAsync(int partition, LogRecord record, CancellationToken cancellationToken = default) => throw ReadOnly();

    /// <inheritdoc />
    public ValueTask CommitAsync(int partition, long nextOffset, CancellationToken cancellationToken = default) => throw ReadOnly();

    /// <inheritdoc />
    public ILogReader OpenReader(int partition, long offset, bool mustHave = false) => new FileLogReader(_partitions[partition], _disk, offset);

    /// <inheritdoc />
    public ValueTask<long> ReadCommittedAsync(int partition, CancellationToken cancellationToken = default) => new(_partitions[partition].CommittedOffset);

    /// <inheritdoc />
    public ValueTask<long> ReadEndAsync(int partition, CancellationToken cancellationToken = default) => new(_partitions[partition].EndOffset);

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _lock?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static EventLogException ReadOnly() => new("The log is open for reading only.");

    /// <summary>Takes the log's lock where there is one. A lock file is never made: without it no process has had this log open.</summary>
    private static bool TryLock(string path, out IDisposable? directoryLock)
    {
        directoryLock = null;
        if (!Path.Exists(path))
        {
            return true;
        }

        directoryLock = LocalDisk.TryLock(path, FileMode.Open, FileAccess.Read);
        return directoryLock is not null;
    }
}
