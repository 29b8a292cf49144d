using Analytics.GrainInterfaces.Ledger;
using Orleans;
using Orleans.CodeGeneration;

namespace Analytics.GrainInterfaces;

/// <summary>
/// The ledger of one log partition, key = partition number. Knows which chunks the partition's receiver handed out and which of
/// their batches are durable, and from that the offset the log may commit. Keeps nothing on disk: the log's committed offset and the
/// tables' positions are enough to start again.
/// </summary>
[Alias("analytics.IPartitionGrain"), Version(1)]
public interface IPartitionGrain : IGrainWithStringKey
{
    /// <summary>Begins a new epoch for a receiver that reads from <paramref name="committedOffset"/>. Earlier receivers are fenced off.</summary>
    /// <returns>The epoch's number, higher than any before, also across restarts.</returns>
    [Alias("Open")]
    Task<long> OpenAsync(long committedOffset);

    /// <summary>Announces a chunk, before any of its batches is delivered, and answers with the state of the epoch.</summary>
    [Alias("Register")]
    Task<LedgerStatus> RegisterAsync(long epoch, ChunkRegistration chunk);

    /// <summary>The state of the epoch.</summary>
    [Alias("GetStatus")]
    Task<LedgerStatus> GetStatusAsync(long epoch);

    /// <summary>Batches of the oldest open chunk that nobody has acknowledged; empty when the epoch has ended or no chunk is open.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="batchesMax">As many at most, 1 or more.</param>
    [Alias("GetMissing")]
    Task<BatchAcknowledgement[]> GetMissingAsync(long epoch, int batchesMax);

    /// <summary>Says that the rows of these batches are durable. Repeats and unknown batches are ignored.</summary>
    [Alias("Acknowledge")]
    Task AcknowledgeAsync(BatchAcknowledgement[] acknowledgements);

    /// <summary>Ends the epoch: an actor found that something before its batch was lost. The receiver reads again from the committed offset.</summary>
    [Alias("EndEpoch")]
    Task EndEpochAsync(long epoch, string reason);
}
