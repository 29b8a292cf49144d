using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Alerts;
using Analytics.GrainInterfaces.Ledger;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Schema;
using Analytics.GrainInterfaces.Views;

namespace Analytics.Tests.Streams;

/// <summary>A metric's actor that can only say whether it holds a batch.</summary>
internal sealed class HoldingActor(Func<bool> holds) : IMetricGrain
{
    public Task<bool> HoldsAsync(BatchAcknowledgement batch) => Task.FromResult(holds());

    public Task<MetricSnapshot?> GetSnapshotAsync() => throw new NotSupportedException();

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

    public Task<MetricSchema?> GetSchemaAsync() => throw new NotSupportedException();

    public Task<MetricSettings> GetSettingsAsync() => throw new NotSupportedException();

    public Task<SettingsRefusal?> SetSchemaAsync(SchemaSettings settings) => throw new NotSupportedException();

    public Task<SettingsRefusal?> PromoteAsync(string field, string type) => throw new NotSupportedException();

    public Task<SettingsRefusal?> SetRetentionAsync(RetentionPolicy? policy) => throw new NotSupportedException();

    public Task<SettingsRefusal?> FollowProjectAsync(RetentionPolicy? policy) => throw new NotSupportedException();

    public Task FlushAsync() => throw new NotSupportedException();
}
