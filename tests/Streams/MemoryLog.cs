using Analytics.Silo.Log;

namespace Analytics.Tests.Streams;

/// <summary>One partition in memory, that can be told to fail.</summary>
internal sealed class MemoryLog : IEventLog
{
    private readonly List<LogEntry> _entries = [];
    private TaskCompletionSource _appended = NewSignal();
    private long _committed;

    /// <summary>Asked before each read; what it returns is thrown.</summary>
    public Func<Exception?> BeforeRead { get; set; } = () => null;

    /// <summary>Messages a read gives at most, however many bytes are wanted.</summary>
    public int ReadMax { get; set; } = int.MaxValue;

    /// <summary>Asked before each commit; what it returns is thrown.</summary>
    public Func<Exception?> BeforeCommit { get; set; } = () => null;

    public IReadOnlyList<int> Partitions { get; } = [0];

    public long Committed => Volatile.Read(ref _committed);

    /// <summary>Offsets that readers were opened at.</summary>
    public List<long> OpenedAt { get; } = [];

    public ValueTask<long> AppendAsync(int partition, LogRecord record, CancellationToken cancellationToken = default)
    {
        lock (_entries)
        {
            // Offsets ascend, but not without gaps.
            var offset = _entries.Count * 3L;
            _entries.Add(new LogEntry(offset, record));
            _appended.TrySetResult();
            _appended = NewSignal();
            return ValueTask.FromResult(offset);
        }
    }

    public ILogReader OpenReader(int partition, long offset, bool mustHave = false)
    {
        lock (_entries)
        {
            OpenedAt.Add(offset);
        }

        return new Reader(this, offset);
    }

    public ValueTask<long> ReadCommittedAsync(int partition, CancellationToken cancellationToken = default) => ValueTask.FromResult(Committed);

    public ValueTask CommitAsync(int partition, long nextOffset, CancellationToken cancellationToken = default)
    {
        if (BeforeCommit() is { } failure)
        {
            return ValueTask.FromException(failure);
        }

        Volatile.Write(ref _committed, Math.Max(Committed, nextOffset));
        return ValueTask.CompletedTask;
    }

    public ValueTask<long> ReadEndAsync(int partition, CancellationToken cancellationToken = default)
    {
        lock (_entries)
        {
            return ValueTask.FromResult(_entries.Count == 0 ? 0 : _entries[^1].Offset + 1);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Reader(MemoryLog log, long offset) : ILogReader
    {
        private long _next = offset;

        public long NextOffset => _next;

        public async ValueTask<IReadOnlyList<LogEntry>> ReadAsync(int bytesMax, CancellationToken cancellationToken = default)
        {
            while (true)
            {
                if (log.BeforeRead() is { } failure)
                {
                    throw failure;
                }

                Task appended;
                lock (log._entries)
                {
                    var bytes = 0;
                    var entries = log._entries.Where(entry => entry.Offset >= _next)
                        .TakeWhile(entry => (bytes += entry.Record.Value.Length) <= bytesMax || bytes == entry.Record.Value.Length).Take(log.ReadMax).ToList();
                    if (entries.Count > 0)
                    {
                        _next = entries[^1].Offset + 1;
                        return entries;
                    }

                    appended = log._appended.Task;
                }

                await appended.WaitAsync(cancellationToken);
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
