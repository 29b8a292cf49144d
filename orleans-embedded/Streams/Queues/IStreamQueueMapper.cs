using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>Knows the queues and which streams go into which.</summary>
public interface IStreamQueueMapper
{
    /// <summary>All queues.</summary>
    IEnumerable<QueueId> GetAllQueues();

    /// <summary>The queue of a stream.</summary>
    QueueId GetQueueForStream(StreamId streamId);
}
