namespace Analytics.Silo.Log;

/// <summary>
/// A partitioned, ordered, replayable log. Offsets of a partition ascend without repeats (not necessarily without gaps).
/// Safe to call from any thread.
/// </summary>
public interface IEventLog : IAsyncDisposable
{
    /// <summary>
    /// Numbers of the partitions that can be read, ascending. A number means the same records for ever: tables know them. Partitions may be added
    /// while the log is open; then this is another list. Empty while it is not known yet which there are.
    /// </summary>
    IReadOnlyList<int> Partitions { get; }

    /// <summary>The partitions among them that records can be appended to.</summary>
    IReadOnlyList<int> WritablePartitions => Partitions;

    /// <summary>Queues the partitions are read by, side by side; stays the same as long as the log is open.</summary>
    int QueueCount => Partitions.Count;

    /// <summary>What of the log cannot be read at the moment, a sentence for each place, with file and offset; empty when all is well.</summary>
    IReadOnlyList<string> Damage => [];

    /// <summary>Appends one record and completes when it is durable: it will be read again after any crash.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="record">Key, value and time; the memory may be reused once the task has completed.</param>
    /// <param name="cancellationToken">Gives up waiting; the record may become durable all the same.</param>
    /// <returns>The record's offset.</returns>
    /// <exception cref="EventLogFullException">The log is at its size limit and holds nothing that may go.</exception>
    /// <exception cref="EventLogException">The record could not be made durable.</exception>
    ValueTask<long> AppendAsync(int partition, LogRecord record, CancellationToken cancellationToken = default);

    /// <summary>The queue a partition is read by, 0 to <see cref="QueueCount"/> - 1; stays the same as long as the log is open.</summary>
    int QueueOf(int partition) => partition;

    /// <summary>Opens a reader whose first record is the first one at or after <paramref name="offset"/>. Several readers of a partition may be open.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="offset">0 or more.</param>
    /// <param name="mustHave">Whether records from <paramref name="offset"/> on that are gone, other than by their own log's compaction, are a loss to tell of: by
    /// <see cref="EventLogCorruptException"/> from the reader, unless the log is told to go on. Otherwise they are passed over.</param>
    ILogReader OpenReader(int partition, long offset, bool mustHave = false);

    /// <summary>The offset to start from: everything before it was committed. 0 when nothing was.</summary>
    ValueTask<long> ReadCommittedAsync(int partition, CancellationToken cancellationToken = default);

    /// <summary>Where reading begins for whoever takes a partition over: the committed offset, or the first one there is when nothing was committed.</summary>
    ValueTask<long> ReadStartAsync(int partition, CancellationToken cancellationToken = default) => ReadCommittedAsync(partition, cancellationToken);

    /// <summary>Remembers, durably, that every record before <paramref name="nextOffset"/> is done with. A lower value than before is ignored.</summary>
    ValueTask CommitAsync(int partition, long nextOffset, CancellationToken cancellationToken = default);

    /// <summary>The offset the next appended record will have.</summary>
    ValueTask<long> ReadEndAsync(int partition, CancellationToken cancellationToken = default);
}
