using Orleans.Runtime;
using Orleans.Streams.Core;

namespace Orleans.Streams;

/// <summary>Makes the handle of a subscription for the event type the grain asks for.</summary>
internal sealed class StreamSubscriptionHandleFactory(StreamConsumer consumer, string provider, StreamId stream, GuidId subscription)
    : IStreamSubscriptionHandleFactory
{
    public StreamId StreamId => stream;

    public string ProviderName => provider;

    public GuidId SubscriptionId => subscription;

    public StreamSubscriptionHandle<T> Create<T>() => new Handle<T>(consumer, provider, stream, subscription);

    private sealed class Handle<T>(StreamConsumer consumer, string provider, StreamId stream, GuidId subscription) : StreamSubscriptionHandle<T>
    {
        private bool _isUsed;

        public override StreamId StreamId => stream;

        public override string ProviderName => provider;

        public override Guid HandleId => subscription.Guid;

        public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null)
            => AttachAsync(new ItemObserver<T>(observer), token);

        public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token = null)
            => AttachAsync(new BatchObserver<T>(observer), token);

        public override Task UnsubscribeAsync()
        {
            Use();
            consumer.Detach(subscription);
            return Task.CompletedTask;
        }

        public override bool Equals(StreamSubscriptionHandle<T>? other) => other is not null && HandleId == other.HandleId;

        private Task<StreamSubscriptionHandle<T>> AttachAsync(IAttachedObserver observer, StreamSequenceToken? token)
        {
            if (token is not null)
            {
                throw new ArgumentNullException(nameof(token), "Passing a non-null token to a non-rewindable stream.");
            }

            Use();
            consumer.Attach(subscription, observer);
            return Task.FromResult<StreamSubscriptionHandle<T>>(new Handle<T>(consumer, provider, stream, subscription));
        }

        private void Use()
        {
            if (_isUsed)
            {
                throw new InvalidOperationException("Handle is no longer valid. It has been used to unsubscribe or resume.");
            }

            _isUsed = true;
        }
    }
}
