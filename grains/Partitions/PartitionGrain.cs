using System.Globalization;
using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Ledger;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Placement;

namespace Analytics.Grains.Partitions;

/// <summary>Step 9: the ledger of one log partition, as an actor.</summary>
[HashBasedPlacement]
internal sealed partial class PartitionGrain(TimeProvider time, ILogger<PartitionGrain> logger) : Grain, IPartitionGrain
{
    private readonly Ledger _ledger = new(time);

    /// <inheritdoc />
    public Task<long> OpenAsync(long committedOffset)
    {
        var epoch = _ledger.Open(committedOffset);
        LogOpened(this.GetPrimaryKeyString(), epoch, committedOffset);
        return Task.FromResult(epoch);
    }

    /// <inheritdoc />
    public Task<LedgerStatus> RegisterAsync(long epoch, ChunkRegistration chunk) => Task.FromResult(_ledger.Register(epoch, chunk));

    /// <inheritdoc />
    public Task<LedgerStatus> GetStatusAsync(long epoch) => Task.FromResult(_ledger.Describe(epoch));

    /// <inheritdoc />
    public Task<BatchAcknowledgement[]> GetMissingAsync(long epoch, int batchesMax) =>
        Task.FromResult(_ledger.DescribeMissing(int.Parse(this.GetPrimaryKeyString(), CultureInfo.InvariantCulture), epoch, batchesMax));

    /// <inheritdoc />
    public Task AcknowledgeAsync(BatchAcknowledgement[] acknowledgements)
    {
        _ledger.Acknowledge(acknowledgements);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task EndEpochAsync(long epoch, string reason)
    {
        LogEnded(this.GetPrimaryKeyString(), epoch, reason);
        _ledger.End(epoch, reason);
        return Task.CompletedTask;
    }

    [LoggerMessage(EventId = 3100, Level = LogLevel.Debug, Message = "Partition {Partition}: epoch {Epoch} reads from offset {Offset}")]
    private partial void LogOpened(string partition, long epoch, long offset);

    [LoggerMessage(EventId = 3101, Level = LogLevel.Warning, Message = "Partition {Partition}: epoch {Epoch} ends, reading starts again from the committed offset. {Reason}")]
    private partial void LogEnded(string partition, long epoch, string reason);
}
