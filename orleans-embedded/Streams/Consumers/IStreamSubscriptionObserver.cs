using Orleans.Runtime;

namespace Orleans.Streams.Core;

/// <summary>A consumer that attaches its observers when a stream's first event comes.</summary>
public interface IStreamSubscriptionObserver
{
    /// <summary>Called before a delivery while no observer is attached.</summary>
    Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory);
}

/// <summary>Makes the handle of a subscription.</summary>
public interface IStreamSubscriptionHandleFactory
{
    /// <summary>The stream.</summary>
    StreamId StreamId { get; }

    /// <summary>The provider.</summary>
    string ProviderName { get; }

    /// <summary>The subscription.</summary>
    GuidId SubscriptionId { get; }

    /// <summary>The handle for events of a type.</summary>
    StreamSubscriptionHandle<T> Create<T>();
}
