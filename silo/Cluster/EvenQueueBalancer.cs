using Orleans.Runtime;
using Orleans.Streams;

namespace Analytics.Silo.Cluster;

/// <summary>This silo's share of the log's queues, by the silos that are active; see <see cref="EvenQueues"/>.</summary>
internal sealed partial class EvenQueueBalancer : QueueBalancerBase
{
    private readonly ClusterSize _size;
    private readonly ILogger _logger;
    private Dictionary<string, QueueId> _queues = [];
    private volatile IReadOnlyList<QueueId> _mine = [];

    /// <summary>A silo without queues, until it knows of the others.</summary>
    public EvenQueueBalancer(IServiceProvider services, ILogger<EvenQueueBalancer> logger)
        : base(services, logger)
    {
        _size = services.GetRequiredService<ClusterSize>();
        _logger = logger;
    }

    /// <inheritdoc />
    public override Task Initialize(IStreamQueueMapper queueMapper)
    {
        _queues = queueMapper.GetAllQueues().ToDictionary(static queue => queue.ToString(), StringComparer.Ordinal);
        return base.Initialize(queueMapper);
    }

    /// <inheritdoc />
    public override IEnumerable<QueueId> GetMyQueues() => _mine;

    /// <inheritdoc />
    protected override void OnClusterMembershipChange(HashSet<SiloAddress> activeSilos)
    {
        _size.Set(Math.Max(1, activeSilos.Count));

        // One that stops, or is not active yet, has none: the others share them.
        var mine = activeSilos.Contains(SiloAddress)
            ? EvenQueues.Share(_queues.Keys, [.. activeSilos.Select(static silo => silo.ToString())])[SiloAddress.ToString()]
            : [];
        _mine = [.. mine.Select(queue => _queues[queue])];
        LogShare(_mine.Count, _queues.Count, activeSilos.Count);
        _ = TellAsync();
    }

    private async Task TellAsync()
    {
        try
        {
            await NotifyListeners();
        }
        catch (Exception e)
        {
            LogNotTold(e);
        }
    }

    [LoggerMessage(EventId = 1350, Level = LogLevel.Information, Message = "This silo reads {Count} of the log's {All} queues; the cluster has {Silos} silo(s)")]
    private partial void LogShare(int count, int all, int silos);

    [LoggerMessage(EventId = 1351, Level = LogLevel.Error, Message = "Which queues this silo reads has changed, and its readers could not be told; the next change tells them")]
    private partial void LogNotTold(Exception exception);
}
