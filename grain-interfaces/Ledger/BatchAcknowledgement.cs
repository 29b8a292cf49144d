using Orleans;

namespace Analytics.GrainInterfaces.Ledger;

/// <summary>The rows of one batch are durable in their table.</summary>
/// <param name="Partition">The batch's log partition.</param>
/// <param name="Epoch">The batch's epoch.</param>
/// <param name="ChunkId">The batch's chunk.</param>
/// <param name="ChunkIndex">The batch's index in its chunk.</param>
[GenerateSerializer, Immutable, Alias("analytics.BatchAcknowledgement")]
public readonly record struct BatchAcknowledgement(
    [property: Id(0)] int Partition,
    [property: Id(1)] long Epoch,
    [property: Id(2)] long ChunkId,
    [property: Id(3)] int ChunkIndex);
