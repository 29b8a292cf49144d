using Orleans;

namespace Analytics.GrainInterfaces.Ledger;

/// <summary>A run of log records that was decoded in one go.</summary>
/// <param name="ChunkId">Number of the chunk, ascending by one within an epoch from 0.</param>
/// <param name="NextOffset">The offset after the chunk's last record: what may be committed once this chunk and all before it are durable.</param>
/// <param name="BatchCount">Number of batches, 0 or more; each must be acknowledged.</param>
[GenerateSerializer, Immutable, Alias("analytics.ChunkRegistration")]
public readonly record struct ChunkRegistration(
    [property: Id(0)] long ChunkId,
    [property: Id(1)] long NextOffset,
    [property: Id(2)] int BatchCount);
