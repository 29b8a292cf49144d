namespace Orleans.Streams;

/// <summary>The reader of a queue. Its agent calls one method at a time.</summary>
public interface IQueueAdapterReceiver
{
    /// <summary>Called once; a failure is logged, and reads follow all the same.</summary>
    Task Initialize(TimeSpan timeout);

    /// <summary>Takes what there is, up to <paramref name="maxCount"/> containers; empty when there is nothing.</summary>
    [Obsolete("Use the overload which accepts a CancellationToken.")]
    Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount);

    /// <summary>Takes what there is, up to <paramref name="maxCount"/> containers; empty when there is nothing.</summary>
#pragma warning disable CS0618 // The default for receivers that know only the older overload.
    Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken) => GetQueueMessagesAsync(maxCount);
#pragma warning restore CS0618

    /// <summary>Told what the cache purged; an exception is logged and ignored.</summary>
    [Obsolete("Use the overload which accepts a CancellationToken.")]
    Task MessagesDeliveredAsync(IList<IBatchContainer> messages);

    /// <summary>Told what the cache purged; an exception is logged and ignored.</summary>
#pragma warning disable CS0618 // The default for receivers that know only the older overload.
    Task MessagesDeliveredAsync(IList<IBatchContainer> messages, CancellationToken cancellationToken) => MessagesDeliveredAsync(messages);
#pragma warning restore CS0618

    /// <summary>Called once, at the end.</summary>
    Task Shutdown(TimeSpan timeout);
}
