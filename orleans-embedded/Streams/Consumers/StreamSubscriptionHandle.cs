using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>A subscription of a grain to a stream.</summary>
public abstract class StreamSubscriptionHandle<T> : IEquatable<StreamSubscriptionHandle<T>?>
{
    /// <summary>The stream.</summary>
    public abstract StreamId StreamId { get; }

    /// <summary>The provider.</summary>
    public abstract string ProviderName { get; }

    /// <summary>The subscription.</summary>
    public abstract Guid HandleId { get; }

    /// <summary>Attaches an observer that takes events one by one.</summary>
    /// <param name="observer">The observer, usually the grain.</param>
    /// <param name="token">Must be <see langword="null"/> here: nothing is rewindable.</param>
    public abstract Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null);

    /// <summary>Attaches an observer that takes a container at once.</summary>
    /// <param name="observer">The observer, usually the grain.</param>
    /// <param name="token">Must be <see langword="null"/> here: nothing is rewindable.</param>
    public abstract Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token = null);

    /// <summary>Detaches the observer. An implicit subscription stays: the next event calls <c>OnSubscribed</c> again.</summary>
    public abstract Task UnsubscribeAsync();

    /// <inheritdoc/>
    public abstract bool Equals(StreamSubscriptionHandle<T>? other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as StreamSubscriptionHandle<T>);

    /// <inheritdoc/>
    public override int GetHashCode() => HandleId.GetHashCode();
}
