using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>Told of deliveries that failed for good.</summary>
public interface IStreamFailureHandler
{
    /// <summary>Whether an explicit subscription ends at a failure; implicit ones never do. The name is spelled so.</summary>
    bool ShouldFaultSubsriptionOnError { get; }

    /// <summary>A container could not be delivered.</summary>
    Task OnDeliveryFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken);

    /// <summary>A subscription could not be set up.</summary>
    Task OnSubscriptionFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken);
}

/// <summary>Does nothing.</summary>
/// <param name="faultOnError">See <see cref="IStreamFailureHandler.ShouldFaultSubsriptionOnError"/>.</param>
public class NoOpStreamDeliveryFailureHandler(bool faultOnError) : IStreamFailureHandler
{
    /// <summary>Does nothing and ends no subscription.</summary>
    public NoOpStreamDeliveryFailureHandler()
        : this(false)
    {
    }

    /// <inheritdoc/>
    public bool ShouldFaultSubsriptionOnError { get; } = faultOnError;

    /// <inheritdoc/>
    public Task OnDeliveryFailure(GuidId subscriptionId, string streamProviderName, StreamId streamId, StreamSequenceToken? sequenceToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task OnSubscriptionFailure(GuidId subscriptionId, string streamProviderName, StreamId streamId, StreamSequenceToken? sequenceToken) => Task.CompletedTask;
}
