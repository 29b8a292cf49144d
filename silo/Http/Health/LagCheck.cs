using System.Globalization;
using Analytics.Silo.Ingest.Streams;
using Analytics.Silo.Log;

namespace Analytics.Silo.Http.Health;

/// <summary>What this silo says of its partitions is of now: few of their records wait to be read. Partitions that other silos read are theirs to tell of.</summary>
internal sealed class LagCheck(IEventLog log, IngestInstruments ingest, HealthOptions options) : IReadinessCheck
{
    /// <inheritdoc />
    public string Name => "lag";

    /// <inheritdoc />
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (options.LagRecordsMax == 0)
        {
            return;
        }

        var lags = await Task.WhenAll(ingest.NextOffsets.Select(next => LagAsync(next.Key, next.Value, cancellationToken)));
        var lag = lags.Sum();
        if (lag > options.LagRecordsMax)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{lag} records of {lags.Length} partitions wait to be read, {options.LagRecordsMax} at most (Analytics:Health:LagRecordsMax)"));
        }
    }

    private async Task<long> LagAsync(int partition, long nextOffset, CancellationToken cancellationToken) =>
        Math.Max(0, await log.ReadEndAsync(partition, cancellationToken) - nextOffset);
}
