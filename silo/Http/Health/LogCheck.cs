using Analytics.Silo.Log;

namespace Analytics.Silo.Http.Health;

/// <summary>The log takes events: every partition of it that is written to answers. What else of it cannot be read is a warning.</summary>
internal sealed class LogCheck(IEventLog log) : IReadinessCheck
{
    /// <inheritdoc />
    public string Name => "log";

    /// <inheritdoc />
    public string? Warning => log.Damage is { Count: > 0 } damage ? string.Join(' ', damage) : null;

    /// <inheritdoc />
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (log.WritablePartitions.Count == 0)
        {
            throw new EventLogException(Warning ?? "The log's partitions are not known yet.");
        }

        // All at once: where it costs a request, one is made for all.
        await Task.WhenAll(log.WritablePartitions.Select(partition => log.ReadEndAsync(partition, cancellationToken).AsTask()));
    }
}
