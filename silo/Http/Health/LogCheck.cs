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
        foreach (var partition in log.Partitions)
        {
            await log.ReadEndAsync(partition, cancellationToken);
        }
    }
}
