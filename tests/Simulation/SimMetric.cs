using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Metrics;

namespace Analytics.Tests.Simulation;

/// <summary>One activation of a metric's actor: one delivery at a time, everything else between, as the runtime does it.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "What dies in the simulation disposes of nothing.")]
internal sealed class SimMetric : IMetricHost
{
    // The runtime gives a leaving actor so long before it makes the next one.
    private static readonly TimeSpan LeaveMax = TimeSpan.FromSeconds(30);

    private readonly SimSilo _silo;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly TaskCompletionSource _ended = new();
    private ITimer? _timer;
    private bool _isLeaving;

    public SimMetric(SimSilo silo, string key)
    {
        _silo = silo;
        Key = key;
        Domain = new SimDomain(silo.World, $"{silo.Domain.Name}/{key}", isOrdered: true);
        var (project, metric) = MetricKey.Split(key);
        Actor = new MetricActor(this, project, metric, silo.Services);
    }

    /// <summary>Where it lives.</summary>
    public SimSilo Silo => _silo;

    /// <summary>The metric's key.</summary>
    public string Key { get; }

    /// <summary>Where its turns run.</summary>
    public SimDomain Domain { get; }

    /// <summary>The actor.</summary>
    public MetricActor Actor { get; }

    /// <summary>Whether no further call is taken.</summary>
    public bool IsLeaving => _isLeaving;

    /// <summary>Completes when the next activation may begin.</summary>
    public Task Ended => _ended.Task;

    /// <summary>A delivery.</summary>
    public Task<bool> TakeAsync(EventBatch[] batches) => Domain.CallAsync(async () =>
    {
        await _turn.WaitAsync();
        try
        {
            if (_isLeaving)
            {
                throw new SiloGoneException(Domain.Name);
            }

            await Actor.TakeAsync(batches);
            return true;
        }
        finally
        {
            _turn.Release();
        }
    });

    /// <summary>A call that comes between.</summary>
    public Task<T> AskAsync<T>(Func<MetricActor, Task<T>> call) => Domain.CallAsync(() => call(Actor));

    /// <summary>Its silo has died.</summary>
    public void Die()
    {
        _isLeaving = true;
        Domain.Kill();
        _ended.TrySetResult();
    }

    /// <inheritdoc />
    public void SetAlertTimer(TimeSpan due)
    {
        // There are no alerts in the simulation.
    }

    /// <inheritdoc />
    public void Leave()
    {
        if (!_isLeaving)
        {
            _isLeaving = true;
            _ = Domain.StartAsync(LeaveAsync);
        }
    }

    /// <inheritdoc />
    public IPartitionGrain Ledger(int partition) => new SimLedgerCall(_silo.Cluster, Domain, partition);

    /// <inheritdoc />
    public Task RegisterAsync() => _silo.World.PauseAsync();

    /// <inheritdoc />
    public void SetTimer(TimeSpan due)
    {
        _timer ??= _silo.World.Time.CreateTimer(
            _ => _ = Domain.StartAsync(Actor.OnTimerAsync), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc />
    public void SetSinkTimer(TimeSpan due)
    {
    }

    /// <inheritdoc />
    public Task RunAside(Func<Task> work) => _silo.Domain.StartAsync(work);

    private async Task LeaveAsync()
    {
        await _turn.WaitAsync();
        _silo.World.Note($"{Domain.Name} leaves");
        using var patience = new CancellationTokenSource(LeaveMax, _silo.World.Time);
        var leaving = Actor.LeaveAsync(patience.Token);
        await Task.WhenAny(leaving, Task.Delay(LeaveMax + LeaveMax, _silo.World.Time));
        _silo.World.Note($"{Domain.Name} has left");
        _silo.Cluster.Remove(this);
        _ended.TrySetResult();
        _turn.Release();
    }
}
