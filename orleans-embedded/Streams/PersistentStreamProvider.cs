using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Runtime.Providers;

namespace Orleans.Streams;

/// <summary>A stream provider: makes the adapter when the silo starts, and has an agent for each of the silo's queues.</summary>
internal sealed class PersistentStreamProvider(string name, IServiceProvider services) : ILifecycleParticipant<ISiloLifecycle>, IStreamQueueBalanceListener
{
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private readonly Dictionary<QueueId, PullingAgent> _agents = [];
    private IQueueAdapterFactory _factory = null!;
    private IStreamQueueBalancer _balancer = null!;
    private AgentParts _parts = null!;
    private bool _isRunning;

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe($"{nameof(PersistentStreamProvider)}.{name}", ServiceLifecycleStage.ApplicationServices, InitializeAsync);
        lifecycle.Subscribe($"{nameof(PersistentStreamProvider)}.{name}", ServiceLifecycleStage.Active, StartAsync, StopAsync);
    }

    /// <summary>Starts and stops agents so that there is one for each queue of the silo.</summary>
    public async Task QueueDistributionChangeNotification()
    {
        await _oneAtATime.WaitAsync();
        try
        {
            var queues = _isRunning ? _balancer.GetMyQueues().ToHashSet() : [];
            await Task.WhenAll([.. RemoveAgents(queues).Select(agent => agent.StopAsync()), .. await AddAgentsAsync(queues)]);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task InitializeAsync(CancellationToken token)
    {
        var pubSub = services.GetRequiredService<IOptionsMonitor<StreamPubSubOptions>>().Get(name).PubSubType;
        if (pubSub != StreamPubSubType.ImplicitOnly)
        {
            throw new OrleansConfigurationException($"Stream provider {name}: only StreamPubSubType.ImplicitOnly is supported in one process, not {pubSub}.");
        }

        _factory = services.GetRequiredKeyedService<IQueueAdapterFactory>(name);
        var silo = services.GetRequiredService<SiloRuntime>();
        _parts = new AgentParts(
            name,
            silo,
            services.GetRequiredService<IOptionsMonitor<StreamPullingAgentOptions>>().Get(name),
            await _factory.CreateAdapter(token),
            _factory.GetQueueAdapterCache(),
            new ImplicitSubscribers(silo),
            services.GetKeyedService<IMessageDeliveryBackoffProvider>(name) ?? new GrowingBackoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30)),
            services.GetKeyedService<IQueueReaderBackoffProvider>(name) ?? new GrowingBackoff(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20)));
        if (_parts.Options.BatchContainerBatchSize != 1)
        {
            throw new OrleansConfigurationException(
                $"Stream provider {name}: BatchContainerBatchSize must be 1 in one process, not {_parts.Options.BatchContainerBatchSize}.");
        }
    }

    private async Task StartAsync(CancellationToken token)
    {
        if (_parts.Adapter.Direction is not (StreamProviderDirection.ReadOnly or StreamProviderDirection.ReadWrite))
        {
            return;
        }

        var mapper = _factory.GetStreamQueueMapper();
        _balancer = services.GetKeyedService<IStreamQueueBalancer>(name) ?? new AllQueuesBalancer();
        await _balancer.Initialize(mapper);
        _balancer.SubscribeToQueueDistributionChangeEvents(this);
        _isRunning = true;
        await QueueDistributionChangeNotification();
    }

    private async Task StopAsync(CancellationToken token)
    {
        if (_isRunning)
        {
            _isRunning = false;
            await QueueDistributionChangeNotification().WaitAsync(token);
            await _balancer.Shutdown();
        }
    }

    private List<PullingAgent> RemoveAgents(HashSet<QueueId> queues)
    {
        var removed = _agents.Where(pair => !queues.Contains(pair.Key)).ToList();
        removed.ForEach(pair => _agents.Remove(pair.Key));
        return removed.ConvertAll(pair => pair.Value);
    }

    private async Task<List<Task>> AddAgentsAsync(HashSet<QueueId> queues)
    {
        var starts = new List<Task>();
        foreach (var queue in queues.Where(queue => !_agents.ContainsKey(queue)))
        {
            var agent = new PullingAgent(queue, _parts, await _factory.GetDeliveryFailureHandler(queue));
            _agents.Add(queue, agent);
            starts.Add(agent.StartAsync());
        }

        return starts;
    }

    /// <summary>One silo has all queues.</summary>
    private sealed class AllQueuesBalancer : IStreamQueueBalancer
    {
        private IEnumerable<QueueId> _queues = [];

        public IEnumerable<QueueId> GetMyQueues() => _queues;

        public Task Initialize(IStreamQueueMapper queueMapper)
        {
            _queues = queueMapper.GetAllQueues();
            return Task.CompletedTask;
        }

        public Task Shutdown() => Task.CompletedTask;

        public bool SubscribeToQueueDistributionChangeEvents(IStreamQueueBalanceListener observer) => true;

        public bool UnSubscribeFromQueueDistributionChangeEvents(IStreamQueueBalanceListener observer) => true;
    }
}
