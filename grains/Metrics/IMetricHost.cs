using Analytics.GrainInterfaces;

namespace Analytics.Grains.Metrics;

/// <summary>What a metric's actor needs of the runtime it lives in.</summary>
internal interface IMetricHost
{
    /// <summary>The ledger of a log partition.</summary>
    IPartitionGrain Ledger(int partition);

    /// <summary>Makes the metric known to its project, durably; repeating it is harmless.</summary>
    Task RegisterAsync();

    /// <summary>Has <see cref="MetricActor.OnTimerAsync"/> called once, in the actor's turn.</summary>
    void SetTimer(TimeSpan due);

    /// <summary>Has <see cref="MetricActor.OnSinkTimer"/> called once, in the actor's turn; until then the actor does not leave because it is idle.</summary>
    void SetSinkTimer(TimeSpan due);

    /// <summary>Has <see cref="MetricActor.OnAlertTimerAsync"/> called once, in the actor's turn, and keeps the actor until then.</summary>
    void SetAlertTimer(TimeSpan due);

    /// <summary>Ends this activation once its present calls are done; the next call or event makes a new one.</summary>
    void Leave();

    /// <summary>Runs work beside the actor's turn.</summary>
    Task RunAside(Func<Task> work);
}
