using Analytics.Silo.Log;

namespace Analytics.Tests.Audit;

/// <summary>A real log under a partition number of its own: all tests share one engine, and so the table of dead letters.</summary>
internal sealed class ShiftedLog(IEventLog log, int partition) : IEventLog
{
    public IReadOnlyList<int> Partitions { get; } = [.. log.Partitions.Select(number => number + partition)];

    public ValueTask<long> AppendAsync(int number, LogRecord record, CancellationToken cancellationToken = default) =>
        log.AppendAsync(number - partition, record, cancellationToken);

    public ILogReader OpenReader(int number, long offset, bool mustHave = false) => log.OpenReader(number - partition, offset);

    public ValueTask<long> ReadCommittedAsync(int number, CancellationToken cancellationToken = default) =>
        log.ReadCommittedAsync(number - partition, cancellationToken);

    public ValueTask CommitAsync(int number, long nextOffset, CancellationToken cancellationToken = default) =>
        log.CommitAsync(number - partition, nextOffset, cancellationToken);

    public ValueTask<long> ReadEndAsync(int number, CancellationToken cancellationToken = default) => log.ReadEndAsync(number - partition, cancellationToken);

    public ValueTask DisposeAsync() => log.DisposeAsync();
}
