using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Streams;

namespace Analytics.Tests.OrleansEmbedded.Support.Streams;

/// <summary>A stream provider whose queues the test fills. Notes what its parts are asked for, and when one is entered twice at once.</summary>
internal sealed class TestQueues(int queueCount = 1) : IQueueAdapterFactory, IQueueAdapter, IQueueAdapterCache
{
    public const string ProviderName = "test";

    private readonly HashRingBasedPartitionedStreamQueueMapper _mapper = new([.. Enumerable.Range(0, queueCount).Select(i => $"{i}")], ProviderName);

    private long _number;

    public Probe Probe { get; set; } = null!;

    /// <summary>The queues by partition; made when their agents start.</summary>
    public TestQueue[] Queues { get; } = [.. Enumerable.Range(0, queueCount).Select(_ => new TestQueue())];

    /// <summary>Whether a cursor offers a batch again whose delivery failed.</summary>
    public bool MustOfferAgain { get; set; }

    public FailureHandler Failures { get; } = new();

    public string Name => ProviderName;

    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadOnly;

    /// <summary>Adds the provider to a silo.</summary>
    public void AddTo(ISiloBuilder silo, Action<ISiloPersistentStreamConfigurator>? configure = null)
        => silo.AddPersistentStreams(ProviderName, (services, _) =>
        {
            Probe = (Probe)services.GetService(typeof(Probe))!;
            return this;
        }, c =>
        {
            c.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
            configure?.Invoke(c);
        });

    /// <summary>Puts one container of a stream into a queue.</summary>
    public void Push(string ns, string key, params int[] values) => Push(0, ns, key, values);

    public void Push(int queue, string ns, string key, int[] values)
        => Queues[queue].Push(new TestBatch(StreamId.Create(ns, key), Interlocked.Increment(ref _number), values));

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public IQueueAdapterCache GetQueueAdapterCache() => this;

    public IStreamQueueMapper GetStreamQueueMapper() => _mapper;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) => Task.FromResult<IStreamFailureHandler>(Failures);

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => QueueOf(queueId).CreateReceiver(this);

    public IQueueCache CreateQueueCache(QueueId queueId) => QueueOf(queueId).CreateCache(this);

    public Task QueueMessageBatchAsync<T>(StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext)
        => throw new NotSupportedException();

    private TestQueue QueueOf(QueueId queue) => Queues[int.Parse(_mapper.QueueToPartition(queue), System.Globalization.CultureInfo.InvariantCulture)];

    internal sealed class FailureHandler : IStreamFailureHandler
    {
        public List<string> Deliveries { get; } = [];

        public List<string> Subscriptions { get; } = [];

        public bool ShouldFaultSubsriptionOnError => false;

        public Task OnDeliveryFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken)
        {
            Deliveries.Add($"{streamProviderName} {streamIdentity} {sequenceToken}");
            return Task.CompletedTask;
        }

        public Task OnSubscriptionFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken)
        {
            Subscriptions.Add($"{streamProviderName} {streamIdentity}");
            return Task.CompletedTask;
        }
    }
}
