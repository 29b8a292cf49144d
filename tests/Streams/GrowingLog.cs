using Analytics.Silo.Log;

namespace Analytics.Tests.Streams;

/// <summary>A log in memory whose partitions come and go. Two queues: the even ones and the odd ones.</summary>
internal sealed class GrowingLog : IEventLog
{
    private readonly Dictionary<int, MemoryLog> _logs = [];

    public IReadOnlyList<int> Partitions { get; private set; } = [];

    public int QueueCount => 2;

    public int QueueOf(int partition) => partition % 2;

    /// <summary>From now on it has these partitions.</summary>
    public void Grow(params int[] partitions)
    {
        foreach (var partition in partitions)
        {
            _logs.TryAdd(partition, new MemoryLog());
        }

        Partitions = partitions;
    }

    /// <summary>One partition, also one that has vanished.</summary>
    public MemoryLog Of(int partition) => _logs[partition];

    public ValueTask<long> AppendAsync(int partition, LogRecord record, CancellationToken cancellationToken = default) =>
        Of(partition).AppendAsync(0, record, cancellationToken);

    public ILogReader OpenReader(int partition, long offset, bool mustHave = false) => Of(partition).OpenReader(0, offset, mustHave);

    public ValueTask<long> ReadCommittedAsync(int partition, CancellationToken cancellationToken = default) =>
        Of(partition).ReadCommittedAsync(0, cancellationToken);

    public ValueTask CommitAsync(int partition, long nextOffset, CancellationToken cancellationToken = default) =>
        Of(partition).CommitAsync(0, nextOffset, cancellationToken);

    public ValueTask<long> ReadEndAsync(int partition, CancellationToken cancellationToken = default) => Of(partition).ReadEndAsync(0, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
