using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>A cursor was asked for events that are no longer cached.</summary>
public class DataNotAvailableException : OrleansException
{
    /// <summary>An exception without a message.</summary>
    public DataNotAvailableException()
    {
    }

    /// <summary>An exception with a message.</summary>
    public DataNotAvailableException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and a cause.</summary>
    public DataNotAvailableException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>A cursor was asked for a token that the cache no longer has.</summary>
public sealed class QueueCacheMissException(string message) : DataNotAvailableException(message);

/// <summary>Handed to the consumer's <c>OnErrorAsync</c> when a delivery failed for good.</summary>
public sealed class StreamEventDeliveryFailureException(string message) : OrleansException(message);
