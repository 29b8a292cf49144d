using Orleans;

namespace Analytics.GrainInterfaces.Batches;

/// <summary>Where a batch comes from in the log, and what its receiver promises about what came before it.</summary>
/// <param name="Partition">Log partition, 0 or more.</param>
/// <param name="Epoch">The ledger's number for this receiver; a newer receiver of the partition has a higher one.</param>
/// <param name="EpochStart">The committed offset this receiver started from: every lower offset is durable in some table.</param>
/// <param name="Preceding">The last offset of this metric that this receiver handed over before the batch, or <c>EpochStart - 1</c>.
/// An actor that has not seen it, and does not find it in its table, has lost something and refuses the batch.</param>
/// <param name="ChunkId">The ledger's number of the chunk this batch is part of, ascending within an epoch.</param>
/// <param name="ChunkIndex">Index of this batch in its chunk.</param>
[GenerateSerializer, Immutable, Alias("analytics.BatchOrigin")]
public readonly record struct BatchOrigin(
    [property: Id(0)] int Partition,
    [property: Id(1)] long Epoch,
    [property: Id(2)] long EpochStart,
    [property: Id(3)] long Preceding,
    [property: Id(4)] long ChunkId,
    [property: Id(5)] int ChunkIndex);
