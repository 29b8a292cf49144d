using System.Globalization;

namespace Analytics.Silo.Log.File;

/// <summary>
/// The log as segment files on one machine:
/// <code>
/// DataDirectory/log/log.meta                                    format and number of partitions
/// DataDirectory/log/log.lock                                    held while a process has the log open
/// DataDirectory/log/partition-0/00000000000000000000.segment    records, named by the first one's offset
/// DataDirectory/log/partition-0/committed                       the committed offset
/// </code>
/// </summary>
internal sealed class FileEventLog : IEventLog
{
    /// <summary>The file that is locked while a process has the log open.</summary>
    public const string LockFileName = "log.lock";

    /// <summary>How often committed segments are checked for their age; the limit is in hours.</summary>
    private static readonly TimeSpan RetentionInterval = TimeSpan.FromMinutes(1);

    private readonly ILogDisk _disk;
    private readonly IDisposable _lock;
    private readonly FileLogContext _context;
    private readonly FileLogPartition[] _partitions;
    private readonly ITimer _retentionTimer;
    private int _closed;

    private FileEventLog(ILogDisk disk, IDisposable directoryLock, FileLogContext context, FileLogPartition[] partitions)
    {
        _disk = disk;
        _lock = directoryLock;
        _context = context;
        _partitions = partitions;
        Partitions = [.. Enumerable.Range(0, partitions.Length)];
        context.Instruments.Observe(() => Array.ConvertAll(_partitions, static p => p.Reading));
        _retentionTimer = context.Time.CreateTimer(_ => context.Retention.EnforceAll(), null, RetentionInterval, RetentionInterval);
    }

    public IReadOnlyList<int> Partitions { get; }

    public IReadOnlyList<string> Damage => [.. _partitions.Select(static p => p.Damage).OfType<string>()];

    /// <summary>Opens the log of a data directory, or makes it. Blocks while the last segment of each partition is read.</summary>
    /// <exception cref="EventLogException">It is open elsewhere, cannot be understood, or a setting is out of range.</exception>
    public static FileEventLog Open(string dataDirectory, LogOptions options, ILogger<FileEventLog> logger, TimeProvider time) =>
        Open(new LocalDisk(), dataDirectory, options, logger, time);

    public static FileEventLog Open(ILogDisk disk, string dataDirectory, LogOptions options, ILogger logger, TimeProvider time)
    {
        var directory = Path.Combine(dataDirectory, "log");
        IDisposable? directoryLock = null;
        try
        {
            Check(options, options.Partitions);
            disk.CreateDirectory(directory);
            directoryLock = disk.TryLock(Path.Combine(directory, LockFileName))
                ?? throw new EventLogException($"The log in {directory} is open in another process; only one may use it at a time.");
            disk.SyncDirectory(dataDirectory);
            var count = ReadOrWriteMeta(disk, directory, options, logger);
            Check(options, count);
            var space = new SpaceBudget(options.TotalBytesMax);
            var retention = new Retention(options, space, time, logger);
            var context = new FileLogContext(disk, options, space, retention, new FileLogInstruments(), logger, time);
            return new FileEventLog(disk, directoryLock, context, OpenPartitions(directory, context, count));
        }
        catch (Exception e)
        {
            directoryLock?.Dispose();
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new EventLogException($"The log in {directory} cannot be opened: {e.Message}", e);
            }

            throw;
        }
    }

    /// <summary>The folder of a partition.</summary>
    /// <param name="directory">The log's folder.</param>
    /// <param name="number">The partition.</param>
    public static string PartitionDirectory(string directory, int number) =>
        Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"partition-{number}"));

    public ValueTask<long> AppendAsync(int partition, LogRecord record, CancellationToken cancellationToken = default)
    {
        var target = Partition(partition);
        var bytes = RecordFormat.TotalBytes(record);
        if (bytes > _context.RecordBytesMax)
        {
            throw new EventLogRecordTooLargeException(
                $"A record of {record.Key.Length + (long)record.Value.Length} bytes is too large: key and value may have {_context.RecordBytesMax - RecordFormat.HeaderBytes} bytes.");
        }

        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<long>(cancellationToken)
            : target.AppendAsync(record, (int)bytes, cancellationToken);
    }

    public ILogReader OpenReader(int partition, long offset, bool mustHave = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return new FileLogReader(Partition(partition), _disk, offset);
    }

    public ValueTask<long> ReadCommittedAsync(int partition, CancellationToken cancellationToken = default) =>
        new(Partition(partition).CommittedOffset);

    public ValueTask CommitAsync(int partition, long nextOffset, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nextOffset);
        var target = Partition(partition);

        // A commit is an fsync: not on the caller's thread. There are two a second at most.
        return nextOffset <= target.CommittedOffset
            ? ValueTask.CompletedTask
            : new ValueTask(Task.Run(() => target.Commit(nextOffset), cancellationToken));
    }

    public ValueTask<long> ReadEndAsync(int partition, CancellationToken cancellationToken = default) => new(Partition(partition).EndOffset);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 1)
        {
            return;
        }

        await _retentionTimer.DisposeAsync();
        await Task.WhenAll(Array.ConvertAll(_partitions, static p => p.CloseAsync()));
        _context.Instruments.Dispose();
        _lock.Dispose();
    }

    private static void Check(LogOptions options, int partitions)
    {
        var problems = LogOptionsRules.Problems(options, partitions);
        if (problems.Count > 0)
        {
            throw new EventLogException(string.Join(' ', problems));
        }
    }

    private static int ReadOrWriteMeta(ILogDisk disk, string directory, LogOptions options, ILogger logger)
    {
        var meta = LogMeta.Read(disk, directory);
        if (meta is null)
        {
            if (disk.Exists(PartitionDirectory(directory, 0)))
            {
                throw new EventLogException($"{directory} holds a log but no {LogMeta.FileName}: restore it, or move the folder away to begin a new log.");
            }

            new LogMeta(RecordFormat.Version, options.Partitions).Write(disk, directory);
            return options.Partitions;
        }

        if (meta.Partitions != options.Partitions)
        {
            FileLogMessages.PartitionsKept(logger, directory, meta.Partitions, options.Partitions);
        }

        return meta.Partitions;
    }

    private static FileLogPartition[] OpenPartitions(string directory, FileLogContext context, int count)
    {
        var partitions = new List<FileLogPartition>(count);
        try
        {
            for (var number = 0; number < count; number++)
            {
                var partition = new FileLogPartition(number, PartitionDirectory(directory, number), context);
                partitions.Add(partition);
                context.Retention.Add(partition);
            }

            // Names an earlier process made and did not live to make durable.
            context.Disk.SyncDirectory(directory);
            return [.. partitions];
        }
        catch
        {
            Task.WhenAll(partitions.ConvertAll(static p => p.CloseAsync())).GetAwaiter().GetResult();
            context.Instruments.Dispose();
            throw;
        }
    }

    private FileLogPartition Partition(int number)
    {
        if ((uint)number >= (uint)_partitions.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(number), number, $"The log has partitions 0 to {_partitions.Length - 1}.");
        }

        return _partitions[number];
    }
}
