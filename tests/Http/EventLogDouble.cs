using System.Collections.Concurrent;
using Analytics.Silo.Log;

namespace Analytics.Tests.Http;

/// <summary>A log in memory for faults and for waiting appends; what is appended is copied, as a real log does.</summary>
internal sealed class EventLogDouble : IEventLog
{
    private long _offset;

    public IReadOnlyList<int> Partitions { get; } = [0, 1, 2, 3];

    public IReadOnlyList<string> Damage { get; set; } = [];

    /// <summary>Thrown instead of appending, when it gives something.</summary>
    public Func<LogRecord, Exception?> Fault { get; set; } = _ => null;

    /// <summary>Every append waits for it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>What <see cref="ReadCommittedAsync"/> answers.</summary>
    public long Committed { get; set; }

    /// <summary>Thrown by <see cref="ReadEndAsync"/>.</summary>
    public Exception? ReadFailure { get; set; }

    /// <summary>What was appended.</summary>
    public ConcurrentQueue<(int Partition, byte[] Key, byte[] Value)> Records { get; } = new();

    public async ValueTask<long> AppendAsync(int partition, LogRecord record, CancellationToken cancellationToken = default)
    {
        if (Fault(record) is { } fault)
        {
            throw fault;
        }

        await Gate;
        Records.Enqueue((partition, record.Key.ToArray(), record.Value.ToArray()));
        return Interlocked.Increment(ref _offset) - 1;
    }

    public ILogReader OpenReader(int partition, long offset, bool mustHave = false) => throw new NotSupportedException();

    public ValueTask<long> ReadCommittedAsync(int partition, CancellationToken cancellationToken = default) => new(Committed);

    public ValueTask CommitAsync(int partition, long nextOffset, CancellationToken cancellationToken = default) => default;

    public ValueTask<long> ReadEndAsync(int partition, CancellationToken cancellationToken = default) =>
        ReadFailure is null ? new ValueTask<long>(Interlocked.Read(ref _offset)) : ValueTask.FromException<long>(ReadFailure);

    public ValueTask DisposeAsync() => default;
}
