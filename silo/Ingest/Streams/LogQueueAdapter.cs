using Analytics.Grains.Configuration;
using Analytics.Grains.Metrics;
using Analytics.Silo.Log;
using Orleans;
using Orleans.Runtime;
using Orleans.Streams;

namespace Analytics.Silo.Ingest.Streams;

/// <summary>The log as an Orleans persistent stream provider: each queue has one partition or several, read-only.</summary>
internal sealed class LogQueueAdapter : IQueueAdapterFactory, IQueueAdapter, IQueueAdapterCache
{
    private readonly IServiceProvider _services;
    private readonly IEventLog _log;
    private readonly IngestOptions _options;
    private readonly HashRingBasedPartitionedStreamQueueMapper _mapper;
    private readonly Dictionary<QueueId, MetricQueueCache> _caches = [];

    /// <summary>Reads every partition of the silo's log.</summary>
    public LogQueueAdapter(IServiceProvider services, string name)
    {
        _services = services;
        Name = name;
        _log = services.GetRequiredService<IEventLog>();
        _options = services.GetRequiredService<IngestOptions>();
        _mapper = new HashRingBasedPartitionedStreamQueueMapper(
            [.. Enumerable.Range(0, _log.QueueCount).Select(queue => queue.ToString(System.Globalization.CultureInfo.InvariantCulture))], name);
    }

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    /// <remarks>Actors never ask for an earlier place: what they lack, the ledger makes the reader read again.</remarks>
    public bool IsRewindable => false;

    /// <inheritdoc />
    public StreamProviderDirection Direction => StreamProviderDirection.ReadOnly;

    /// <inheritdoc />
    [Obsolete("The runtime calls the overload with a cancellation token.")]
    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    /// <inheritdoc />
    public IQueueAdapterCache GetQueueAdapterCache() => this;

    /// <inheritdoc />
    public IStreamQueueMapper GetStreamQueueMapper() => _mapper;

    /// <inheritdoc />
    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) => Task.FromResult<IStreamFailureHandler>(new NeverFaults());

    /// <inheritdoc />
    public IQueueCache CreateQueueCache(QueueId queueId)
    {
        lock (_caches)
        {
            return _caches[queueId] = new MetricQueueCache(_options.CacheBytesMax, _services.GetRequiredService<HeldMemory>());
        }
    }

    /// <inheritdoc />
    /// <remarks>The agent makes the queue's cache first, then its receiver.</remarks>
    public IQueueAdapterReceiver CreateReceiver(QueueId queueId)
    {
        MetricQueueCache cache;
        lock (_caches)
        {
            cache = _caches[queueId];
        }

        var queue = int.Parse(_mapper.QueueToPartition(queueId), System.Globalization.CultureInfo.InvariantCulture);
        var time = _services.GetRequiredService<TimeProvider>();
        var loggers = _services.GetRequiredService<ILoggerFactory>();
        var instruments = _services.GetRequiredService<IngestInstruments>();
        instruments.Observe(queue, cache);
        return new QueueReceiver(
            queue,
            _log,
            (partition, chunks) => new PartitionReader(
                partition, chunks, _log, _services.GetRequiredService<IGrainFactory>(), _services.GetRequiredService<LimitsOptions>(), _options,
                _services.GetRequiredService<HeldMemory>(), time, instruments, loggers.CreateLogger<PartitionReader>()),
            cache,
            time,
            loggers.CreateLogger<QueueReceiver>(),
            _services.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None);
    }

    /// <inheritdoc />
    public Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext) =>
        throw new NotSupportedException("Events enter through the log: POST them to the collector or produce them to the topic.");

    private sealed class NeverFaults : IStreamFailureHandler
    {
        public bool ShouldFaultSubsriptionOnError => false;

        public Task OnDeliveryFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken) =>
            Task.CompletedTask;

        public Task OnSubscriptionFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken) =>
            Task.CompletedTask;
    }
}
