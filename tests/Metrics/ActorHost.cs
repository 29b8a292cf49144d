using Analytics.GrainInterfaces;
using Analytics.Grains.Metrics;
using Analytics.Tests.Streams;

namespace Analytics.Tests.Metrics;

/// <summary>A runtime for one actor: its timer never fires by itself, and whether it was asked to leave is noted.</summary>
internal sealed class ActorHost : IMetricHost
{
    private readonly FakeLedger _ledger = new();

    /// <summary>Whether the actor has asked to leave.</summary>
    public bool IsLeaving { get; private set; }

    public IPartitionGrain Ledger(int partition) => _ledger;

    public Task RegisterAsync() => Task.CompletedTask;

    public void SetTimer(TimeSpan due)
    {
    }

    /// <summary>When the sinks want to be called.</summary>
    public TimeSpan? SinksDueIn { get; set; }

    public void SetSinkTimer(TimeSpan due) => SinksDueIn = due;

    /// <summary>When the actor wants to look at its alerts next; <see langword="null"/> while it does not.</summary>
    public TimeSpan? AlertTimer { get; set; }

    public void SetAlertTimer(TimeSpan due) => AlertTimer = due;

    public void Leave() => IsLeaving = true;

    public Task RunAside(Func<Task> work) => Task.Run(work);
}
