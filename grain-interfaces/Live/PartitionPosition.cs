using Orleans;

namespace Analytics.GrainInterfaces.Live;

/// <summary>A place in the log.</summary>
/// <param name="Partition">Log partition, 0 or more.</param>
/// <param name="Offset">Offset in it, 0 or more.</param>
[GenerateSerializer, Immutable, Alias("analytics.PartitionPosition")]
public readonly record struct PartitionPosition([property: Id(0)] int Partition, [property: Id(1)] long Offset);
