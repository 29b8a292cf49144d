using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>Told when a silo's queues change.</summary>
public interface IStreamQueueBalanceListener
{
    /// <summary>The result of <see cref="IStreamQueueBalancer.GetMyQueues"/> may differ now.</summary>
    Task QueueDistributionChangeNotification();
}

/// <summary>Says which queues this silo pulls.</summary>
public interface IStreamQueueBalancer
{
    /// <summary>Called once, before the agents start.</summary>
    Task Initialize(IStreamQueueMapper queueMapper);

    /// <summary>Called once, when the agents have stopped.</summary>
    Task Shutdown();

    /// <summary>The queues of this silo now.</summary>
    IEnumerable<QueueId> GetMyQueues();

    /// <summary>Adds a listener; false when it is one already.</summary>
    bool SubscribeToQueueDistributionChangeEvents(IStreamQueueBalanceListener observer);

    /// <summary>Removes a listener; false when it is none.</summary>
    bool UnSubscribeFromQueueDistributionChangeEvents(IStreamQueueBalanceListener observer);
}

/// <summary>Base of balancers that go by the silos of the cluster. Here that is one silo.</summary>
public abstract class QueueBalancerBase : IStreamQueueBalancer
{
    private readonly List<IStreamQueueBalanceListener> _listeners = [];
    private readonly CancellationTokenSource _shutdown = new();
    private Task _membership = Task.CompletedTask;

    /// <summary>A balancer of this silo.</summary>
    protected QueueBalancerBase(IServiceProvider sp, ILogger logger)
    {
        SiloAddress = sp.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        Logger = logger;
    }

    /// <summary>This silo.</summary>
    protected SiloAddress SiloAddress { get; }

    /// <summary>Where the balancer logs.</summary>
    protected ILogger Logger { get; }

    /// <summary>Cancelled when the balancer shuts down.</summary>
    protected CancellationToken Cancellation => _shutdown.Token;

    /// <inheritdoc/>
    public abstract IEnumerable<QueueId> GetMyQueues();

    /// <inheritdoc/>
    public virtual Task Initialize(IStreamQueueMapper queueMapper)
    {
        // As in a cluster, the news comes a moment later: a balancer has no queues until it tells its listeners.
        _membership = Task.Run(TellSilos);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public virtual async Task Shutdown()
    {
        await _shutdown.CancelAsync();
        await _membership;
    }

    /// <inheritdoc/>
    public bool SubscribeToQueueDistributionChangeEvents(IStreamQueueBalanceListener observer)
    {
        lock (_listeners)
        {
            if (_listeners.Contains(observer))
            {
                return false;
            }

            _listeners.Add(observer);
            return true;
        }
    }

    /// <inheritdoc/>
    public bool UnSubscribeFromQueueDistributionChangeEvents(IStreamQueueBalanceListener observer)
    {
        lock (_listeners)
        {
            return _listeners.Remove(observer);
        }
    }

    /// <summary>Tells the listeners that the queues of this silo changed.</summary>
    protected Task NotifyListeners()
    {
        if (Cancellation.IsCancellationRequested)
        {
            return Task.CompletedTask;
        }

        lock (_listeners)
        {
            return Task.WhenAll(_listeners.ConvertAll(listener => listener.QueueDistributionChangeNotification()));
        }
    }

    /// <summary>Told which silos the cluster has.</summary>
    protected abstract void OnClusterMembershipChange(HashSet<SiloAddress> activeSilos);

    private void TellSilos()
    {
        try
        {
            OnClusterMembershipChange([SiloAddress]);
        }
        catch (Exception exception)
        {
            StreamLog.BalancerFailed(Logger, exception);
        }
    }
}
