namespace Analytics.Silo.Log;

/// <summary>
/// A partitioned, ordered, replayable log. Offsets of a partition ascend without repeats (not necessarily without gaps).
/// Safe to call from any thread.
/// </summary>
public interface IEventLog : IAsyncDisposable
{
    /// <summary>Number of partitions, 1 or more; partitions are 0 … count - 1.</summary>
    int PartitionCount { get; }

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

    /// <summary>Opens a reader whose first record is the first one at or after <paramref name="offset"/>. Several readers of a partition may be open.</summary>
    ILogReader OpenReader(int partition, long offset);

    /// <summary>The offset to start from: everything before it was committed. 0 when nothing was.</summary>
    ValueTask<long> ReadCommittedAsync(int partition, CancellationToken cancellationToken = default);

    /// <summary>Remembers, durably, that every record before <paramref name="nextOffset"/> is done with. A lower value than before is ignored.</summary>
    ValueTask CommitAsync(int partition, long nextOffset, CancellationToken cancellationToken = default);

    /// <summary>The offset the next appended record will have.</summary>
    ValueTask<long> ReadEndAsync(int partition, CancellationToken cancellationToken = default);
}
