using Orleans.Streams;

namespace Orleans.Configuration;

/// <summary>Which subscriptions a stream provider has.</summary>
public class StreamPubSubOptions
{
    /// <summary>The kinds.</summary>
    public StreamPubSubType PubSubType { get; set; } = StreamPubSubType.ExplicitGrainBasedAndImplicit;
}

/// <summary>How the agents of a stream provider work.</summary>
public class StreamPullingAgentOptions
{
    /// <summary>Containers a delivery. Only 1 is supported here.</summary>
    public int BatchContainerBatchSize { get; set; } = 1;

    /// <summary>From the end of a pump to the next; a pump reads until the queue is empty. Default 100 ms.</summary>
    public TimeSpan GetQueueMsgsTimerPeriod { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Handed to the receiver's Initialize and Shutdown. Default 5 s.</summary>
    public TimeSpan InitQueueTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a delivery is retried. Default 1 min.</summary>
    public TimeSpan MaxEventDeliveryTime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>After how long without events a stream's cursors are disposed. Default 30 min.</summary>
    public TimeSpan StreamInactivityPeriod { get; set; } = TimeSpan.FromMinutes(30);
}
