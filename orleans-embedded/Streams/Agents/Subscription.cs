using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>One consumer of one stream, as its agent sees it.</summary>
internal sealed class Subscription(GuidId id, StreamId stream, GrainId consumer)
{
    public GuidId Id { get; } = id;

    public StreamId Stream { get; } = stream;

    public GrainId Consumer { get; } = consumer;

    /// <summary>Its place in the cache; <see langword="null"/> until it is registered.</summary>
    public IQueueCacheCursor? Cursor { get; set; }

    /// <summary>Whether the consumer has been activated, so that deliveries may begin.</summary>
    public bool IsRegistered { get; set; }

    /// <summary>Whether deliveries are going on.</summary>
    public bool IsDelivering { get; set; }

    /// <summary>The last container that was delivered or given up.</summary>
    public StreamSequenceToken? LastToken { get; set; }
}
