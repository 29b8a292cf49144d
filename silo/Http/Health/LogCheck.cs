using Analytics.Silo.Log;

namespace Analytics.Silo.Http.Health;

/// <summary>Every partition of the log can be read.</summary>
internal sealed class LogCheck(IEventLog log) : IReadinessCheck
{
    /// <inheritdoc />
    public string Name => "log";

    /// <inheritdoc />
    public string? Warning => log.Damage is { Count: > 0 } damage ? string.Join(' ', damage) : null;

    /// <inheritdoc />
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (log.Partitions.Count == 0)
        {
            throw new EventLogException(Warning ?? "The log's partitions are not known yet.");
        }

        // All at once: where it costs a request, one is made for all.
        await Task.WhenAll(log.Partitions.Select(partition => log.ReadEndAsync(partition, cancellationToken).AsTask()));
    }
}
