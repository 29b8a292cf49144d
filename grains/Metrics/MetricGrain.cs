using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Alerts;
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Ledger;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Schema;
using Analytics.GrainInterfaces.Views;
using Orleans;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Analytics.Grains.Metrics;

/// <summary>Step 5: the actor of one metric as the runtime sees it; what it does is <see cref="MetricActor"/>.</summary>
[ImplicitStreamSubscription(StreamNames.Metrics)]
[HashBasedPlacement]
internal sealed class MetricGrain(MetricServices services)
    : Grain, IMetricGrain, IStreamSubscriptionObserver, IAsyncBatchObserver<EventBatch>, IMetricHost, IDisposable
{
    private MetricActor _actor = null!;
    private IGrainTimer _timer = null!;
    private IGrainTimer? _sinkTimer;
    private IGrainTimer? _alertTimer;
    private string _project = null!;
    private string _metric = null!;

    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Nothing is read from the table yet: an activation that takes long holds up its whole log partition.
        (_project, _metric) = MetricKey.Split(this.GetPrimaryKeyString());
        _actor = new MetricActor(this, _project, _metric, services);
        _timer = NewTimer(static actor => actor.OnTimerAsync());
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<EventBatch>().ResumeAsync(this);

    /// <inheritdoc />
    public Task OnNextAsync(IList<SequentialItem<EventBatch>> items)
    {
        var batches = new EventBatch[items.Count];
        for (var i = 0; i < batches.Length; i++)
        {
            batches[i] = items[i].Item;
        }

        return _actor.TakeAsync(batches);
    }

    /// <inheritdoc />
    public Task OnErrorAsync(Exception ex)
    {
        _actor.OnDeliveryError(ex);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<MetricSnapshot?> GetSnapshotAsync() => _actor.GetSnapshotAsync();

    /// <inheritdoc />
    public IAsyncEnumerable<MetricSnapshot> WatchAsync(TimeSpan interval, CancellationToken cancellationToken) => _actor.WatchAsync(Checked(interval), cancellationToken);

    /// <inheritdoc />
    public IAsyncEnumerable<ViewSnapshot> WatchViewAsync(string name, TimeSpan interval, CancellationToken cancellationToken) =>
        _actor.WatchViewAsync(name, Checked(interval), cancellationToken);

    /// <inheritdoc />
    public Task<long[]?> GetCountsAsync(int slotMs, long fromMs, long toMs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(toMs, fromMs);
        return _actor.GetCountsAsync(slotMs, fromMs, toMs);
    }

    /// <inheritdoc />
    public Task<TailCounts?> GetTailCountsAsync(int slotMs, long fromMs, long toMs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(toMs, fromMs);
        return _actor.GetTailCountsAsync(slotMs, fromMs, toMs);
    }

    /// <inheritdoc />
    public Task<MetricSchema?> GetSchemaAsync() => _actor.GetSchemaAsync();

    /// <inheritdoc />
    public Task<MetricSettings> GetSettingsAsync() => _actor.GetSettingsAsync();

    /// <inheritdoc />
    public Task<SettingsRefusal?> SetSchemaAsync(SchemaSettings settings) => _actor.SetSchemaAsync(settings);

    /// <inheritdoc />
    public Task<SettingsRefusal?> PromoteAsync(string field, string type) => _actor.PromoteAsync(field, type);

    /// <inheritdoc />
    public Task<SettingsRefusal?> SetRetentionAsync(RetentionPolicy? policy) => _actor.SetRetentionAsync(policy);

    /// <inheritdoc />
    public Task<SettingsRefusal?> SetViewAsync(ViewDefinition view) => _actor.SetViewAsync(view);

    /// <inheritdoc />
    public Task<SettingsRefusal?> RemoveViewAsync(string name) => _actor.RemoveViewAsync(name);

    /// <inheritdoc />
    public Task<ViewSnapshot?> ReadViewAsync(string name) => _actor.ReadViewAsync(name);

    /// <inheritdoc />
    public Task<SettingsRefusal?> SetAlertAsync(AlertDefinition alert) => _actor.SetAlertAsync(alert);

    /// <inheritdoc />
    public Task<SettingsRefusal?> RemoveAlertAsync(string name) => _actor.RemoveAlertAsync(name);

    /// <inheritdoc />
    public Task<AlertStatus[]> ReadAlertsAsync() => _actor.ReadAlertsAsync();

    /// <inheritdoc />
    public Task<SettingsRefusal?> FollowProjectAsync(RetentionPolicy? policy) => _actor.FollowProjectAsync(policy);

    /// <inheritdoc />
    public Task FlushAsync() => _actor.FlushAsync();

    /// <inheritdoc />
    public Task<bool> HoldsAsync(BatchAcknowledgement batch) => _actor.HoldsAsync(batch);

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _actor.LeaveAsync(cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _actor?.Dispose();

    /// <inheritdoc />
    IPartitionGrain IMetricHost.Ledger(int partition) =>
        GrainFactory.GetGrain<IPartitionGrain>(partition.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <inheritdoc />
    Task IMetricHost.RegisterAsync() => GrainFactory.GetGrain<IProjectGrain>(_project).RegisterMetricAsync(_metric);

    /// <inheritdoc />
    void IMetricHost.SetTimer(TimeSpan due) => _timer.Change(due, Timeout.InfiniteTimeSpan);

    /// <inheritdoc />
    void IMetricHost.SetSinkTimer(TimeSpan due)
    {
        // Most metrics have no views with sinks.
        _sinkTimer ??= NewTimer(static actor => actor.OnSinkTimer());
        _sinkTimer.Change(due, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc />
    void IMetricHost.SetAlertTimer(TimeSpan due)
    {
        // Most metrics have no alerts, and pay for no second timer.
        _alertTimer ??= NewTimer(static actor => actor.OnAlertTimerAsync());
        _alertTimer.Change(due, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc />
    void IMetricHost.Leave() => DeactivateOnIdle();

    /// <inheritdoc />
    Task IMetricHost.RunAside(Func<Task> work) => Task.Run(work);

    private static TimeSpan Checked(TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.FromMilliseconds(10));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(interval, TimeSpan.FromMinutes(1));
        return interval;
    }

    private IGrainTimer NewTimer(Func<MetricActor, Task> call) => this.RegisterGrainTimer(
        static (state, _) => state.Call(state.Actor), (Actor: _actor, Call: call),
        new GrainTimerCreationOptions { DueTime = Timeout.InfiniteTimeSpan, Period = Timeout.InfiniteTimeSpan, Interleave = true, KeepAlive = true });
}
