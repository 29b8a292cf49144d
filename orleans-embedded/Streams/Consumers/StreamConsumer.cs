using Orleans.Runtime;
using Orleans.Streams.Core;

namespace Orleans.Streams;

/// <summary>An observer that a grain attached to a subscription, whatever its event type.</summary>
internal interface IAttachedObserver
{
    Task DeliverAsync(IBatchContainer batch);

    Task FailAsync(Exception exception);
}

/// <summary>The subscriptions of an activation. Only its turns touch them.</summary>
internal sealed class StreamConsumer(Activation activation)
{
    private readonly Dictionary<GuidId, IAttachedObserver> _observers = [];

    /// <summary>Hands a container to the observer, after asking the grain to attach one if there is none.</summary>
    public async Task DeliverAsync(string provider, StreamId stream, GuidId subscription, IBatchContainer batch)
    {
        if (!_observers.ContainsKey(subscription) && activation.GrainInstance is IStreamSubscriptionObserver subscriber)
        {
            await subscriber.OnSubscribed(new StreamSubscriptionHandleFactory(this, provider, stream, subscription));
        }

        if (_observers.TryGetValue(subscription, out var observer))
        {
            await observer.DeliverAsync(batch);
        }
        else
        {
            StreamLog.Dropped(activation.Silo.Logger, activation.GrainId, stream);
        }
    }

    /// <summary>Tells the observer, if there is one, that a container could not be delivered.</summary>
    public Task FailAsync(GuidId subscription, Exception exception)
        => _observers.TryGetValue(subscription, out var observer) ? observer.FailAsync(exception) : Task.CompletedTask;

    public void Attach(GuidId subscription, IAttachedObserver observer) => _observers[subscription] = observer;

    public void Detach(GuidId subscription) => _observers.Remove(subscription);
}
