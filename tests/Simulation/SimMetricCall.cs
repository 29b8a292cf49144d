using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Alerts;
using Analytics.GrainInterfaces.Ledger;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Schema;
using Analytics.GrainInterfaces.Views;

namespace Analytics.Tests.Simulation;

/// <summary>The way to a metric's actor.</summary>
internal sealed class SimMetricCall(SimCluster cluster, string key) : IMetricGrain
{
    public async Task<MetricSnapshot?> GetSnapshotAsync() => await (await cluster.ActivateAsync(key)).AskAsync(actor => actor.GetSnapshotAsync());

    public IAsyncEnumerable<MetricSnapshot> WatchAsync(TimeSpan interval, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<ViewSnapshot> WatchViewAsync(string name, TimeSpan interval, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SettingsRefusal?> SetViewAsync(ViewDefinition view) => throw new NotSupportedException();

    public Task<SettingsRefusal?> RemoveViewAsync(string name) => throw new NotSupportedException();

    public Task<ViewSnapshot?> ReadViewAsync(string name) => throw new NotSupportedException();

    public Task<SettingsRefusal?> SetAlertAsync(AlertDefinition alert) => throw new NotSupportedException();

    public Task<SettingsRefusal?> RemoveAlertAsync(string name) => throw new NotSupportedException();

    public Task<AlertStatus[]> ReadAlertsAsync() => throw new NotSupportedException();

    public Task<TailCounts?> GetTailCountsAsync(int slotMs, long fromMs, long toMs) => throw new NotSupportedException();

    public Task<long[]?> GetCountsAsync(int slotMs, long fromMs, long toMs) => throw new NotSupportedException();

    public async Task<MetricSchema?> GetSchemaAsync() => await (await cluster.ActivateAsync(key)).AskAsync(actor => actor.GetSchemaAsync());

    public async Task<MetricSettings> GetSettingsAsync() => await (await cluster.ActivateAsync(key)).AskAsync(actor => actor.GetSettingsAsync());

    public async Task<SettingsRefusal?> SetSchemaAsync(SchemaSettings settings) =>
        await (await cluster.ActivateAsync(key)).AskAsync(actor => actor.SetSchemaAsync(settings));

    public async Task<SettingsRefusal?> PromoteAsync(string field, string type) =>
        await (await cluster.ActivateAsync(key)).AskAsync(actor => actor.PromoteAsync(field, type));

    public async Task<SettingsRefusal?> SetRetentionAsync(RetentionPolicy? policy) =>
        await (await cluster.ActivateAsync(key)).AskAsync(actor => actor.SetRetentionAsync(policy));

    public async Task<SettingsRefusal?> FollowProjectAsync(RetentionPolicy? policy) =>
        await (await cluster.ActivateAsync(key)).AskAsync(actor => actor.FollowProjectAsync(policy));

    public async Task FlushAsync() => await (await cluster.ActivateAsync(key)).AskAsync(async actor =>
    {
        await actor.FlushAsync();
        return true;
    });

    public async Task<bool> HoldsAsync(BatchAcknowledgement batch) => await (await cluster.ActivateAsync(key)).AskAsync(actor => actor.HoldsAsync(batch));
}
