using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>Queues at equal distances on a ring of 32-bit hashes; a stream goes to the next one clockwise.</summary>
public class HashRingBasedStreamQueueMapper : IStreamQueueMapper
{
    private readonly QueueId[] _ring;

    internal HashRingBasedStreamQueueMapper(int queueCount, string queueNamePrefix)
    {
        if (queueCount < 1)
        {
            throw new ArgumentException("There must be at least one queue.", nameof(queueCount));
        }

        // One portion more than an equal share keeps count * portion within 32 bits and leaves no gap.
        var portion = queueCount == 1 ? 0 : (uint)((0x1_0000_0000L / queueCount) + 1);
        _ring = new QueueId[queueCount];
        for (var i = 0u; i < queueCount; i++)
        {
            _ring[i] = QueueId.GetQueueId(queueNamePrefix, i, checked(portion * i));
        }
    }

    /// <inheritdoc/>
    public IEnumerable<QueueId> GetAllQueues() => _ring;

    /// <inheritdoc/>
    public QueueId GetQueueForStream(StreamId streamId)
    {
        var hash = (uint)streamId.GetHashCode();
        foreach (var queue in _ring)
        {
            if (queue.GetUniformHashCode() >= hash)
            {
                return queue;
            }
        }

        return _ring[0];
    }
}

/// <summary>One queue a partition.</summary>
public sealed class HashRingBasedPartitionedStreamQueueMapper : HashRingBasedStreamQueueMapper
{
    private readonly Dictionary<QueueId, string> _partitions = [];

    /// <summary>Makes a queue a partition, in order.</summary>
    public HashRingBasedPartitionedStreamQueueMapper(IReadOnlyList<string> partitionIds, string queueNamePrefix)
        : base(partitionIds.Count, queueNamePrefix)
    {
        foreach (var queue in GetAllQueues())
        {
            _partitions.Add(queue, partitionIds[(int)queue.GetNumericId()]);
        }
    }

    /// <summary>The partition of a queue.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The queue is of another mapper.</exception>
    public string QueueToPartition(QueueId queue) => _partitions.TryGetValue(queue, out var partition)
        ? partition
        : throw new ArgumentOutOfRangeException(nameof(queue), $"Queue {queue.ToStringWithHashCode()} is not one of this mapper.");
}
