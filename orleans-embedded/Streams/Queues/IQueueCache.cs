using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>Makes the cache of each queue.</summary>
public interface IQueueAdapterCache
{
    /// <summary>Makes the cache of a queue.</summary>
    IQueueCache CreateQueueCache(QueueId queueId);
}

/// <summary>Says how much a cache takes.</summary>
public interface IQueueFlowController
{
    /// <summary>How many containers the next read may bring; -1 for no limit. At 0 the agent neither reads nor purges.</summary>
    int GetMaxAddCount();
}

/// <summary>What was read from a queue and is not delivered yet. Its agent calls one method at a time.</summary>
public interface IQueueCache : IQueueFlowController
{
    /// <summary>Takes what was read.</summary>
    void AddToCache(IList<IBatchContainer> messages);

    /// <summary>Gives what every cursor has passed, or says that there is nothing.</summary>
    bool TryPurgeFromCache([MaybeNullWhen(false)] out IList<IBatchContainer> purgedItems);

    /// <summary>A cursor over one stream.</summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="token">Where to start; the oldest when <see langword="null"/>.</param>
    IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token);

    /// <summary>Whether reads must pause.</summary>
    bool IsUnderPressure();

    /// <summary>Told how far deliveries are when the agent stops.</summary>
    void UpdateDeliveryProgress(StreamSequenceToken? earliestSubscriptionToken, DateTime utcNow)
    {
    }
}

/// <summary>The place of a subscription in a cache.</summary>
public interface IQueueCacheCursor : IDisposable
{
    /// <summary>The container the cursor is at.</summary>
    IBatchContainer? GetCurrent(out Exception? exception);

    /// <summary>Goes to the next container, or says that there is none now. Means that the one before is done, unless
    /// <see cref="RecordDeliveryFailure"/> was called.</summary>
    bool MoveNext();

    /// <summary>Told that the stream has new containers, from <paramref name="token"/> on.</summary>
    void Refresh(StreamSequenceToken token);

    /// <summary>Told that the container could not be delivered.</summary>
    void RecordDeliveryFailure();
}
