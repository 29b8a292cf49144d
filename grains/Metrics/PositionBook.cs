using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;

namespace Analytics.Grains.Metrics;

/// <summary>Per log partition: up to which offset a metric has taken its events, and up to which they are durable.</summary>
internal sealed class PositionBook
{
    private readonly Dictionary<int, long> _taken = [];
    private readonly Dictionary<int, long> _durable = [];

    /// <summary>Starts from what the table has, and from what is settled beyond it: repeats, of which no row tells.</summary>
    public void Restore(IReadOnlyDictionary<int, long> durable, IReadOnlyDictionary<int, long> settled)
    {
        foreach (var (partition, offset) in settled)
        {
            _taken[partition] = offset;
        }

        foreach (var (partition, offset) in durable)
        {
            Take(partition, offset);
            _durable[partition] = offset;
        }
    }

    /// <summary>The last offset taken from a partition, -1 for none.</summary>
    public long TakenOffset(int partition) => _taken.GetValueOrDefault(partition, -1);

    /// <summary>The last durable offset of a partition, -1 for none.</summary>
    public long DurableOffset(int partition) => _durable.GetValueOrDefault(partition, -1);

    /// <summary>Whether something between what was taken and this batch is missing: its receiver handed over an offset that is neither
    /// below the committed one (so durable) nor known here.</summary>
    public bool HasGapBefore(in BatchOrigin origin) =>
        origin.Preceding >= origin.EpochStart && origin.Preceding > TakenOffset(origin.Partition);

    /// <summary>Remembers that a batch up to this offset was taken.</summary>
    public void Take(int partition, long offset) => _taken[partition] = Math.Max(offset, TakenOffset(partition));

    /// <summary>Remembers that rows up to this offset are durable.</summary>
    public void MakeDurable(int partition, long offset) => _durable[partition] = Math.Max(offset, DurableOffset(partition));

    /// <summary>A copy of the taken offsets, by partition.</summary>
    public IReadOnlyDictionary<int, long> DescribeTaken() => new Dictionary<int, long>(_taken);

    /// <summary>The durable offsets, by partition.</summary>
    public PartitionPosition[] DescribeDurable() =>
        [.. _durable.OrderBy(pair => pair.Key).Select(pair => new PartitionPosition(pair.Key, pair.Value))];
}
