using Orleans.Streams;

namespace Analytics.Silo.Ingest.Streams;

/// <summary>What one decode step gave, on its way from the reader to the pulling agent.</summary>
/// <param name="Partition">The log partition.</param>
/// <param name="Epoch">The reader's epoch.</param>
/// <param name="Containers">One container a metric.</param>
internal readonly record struct Chunk(int Partition, long Epoch, IList<IBatchContainer> Containers);
