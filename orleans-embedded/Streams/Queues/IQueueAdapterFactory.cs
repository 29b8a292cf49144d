namespace Orleans.Streams;

/// <summary>Makes the parts of a stream provider.</summary>
public interface IQueueAdapterFactory
{
    /// <summary>Makes the adapter.</summary>
    [Obsolete("Use the overload which accepts a CancellationToken.")]
    Task<IQueueAdapter> CreateAdapter();

    /// <summary>Makes the adapter; called once, when the silo starts.</summary>
#pragma warning disable CS0618 // The default for factories that know only the older overload.
    Task<IQueueAdapter> CreateAdapter(CancellationToken cancellationToken) => CreateAdapter();
#pragma warning restore CS0618

    /// <summary>Makes the caches of the queues.</summary>
    IQueueAdapterCache GetQueueAdapterCache();

    /// <summary>Knows the queues.</summary>
    IStreamQueueMapper GetStreamQueueMapper();

    /// <summary>Handles the failures of a queue.</summary>
    Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId);
}
