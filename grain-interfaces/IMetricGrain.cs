using Analytics.GrainInterfaces.Alerts;
using Analytics.GrainInterfaces.Ledger;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Schema;
using Analytics.GrainInterfaces.Views;
using Orleans;
using Orleans.CodeGeneration;
using Orleans.Concurrency;

namespace Analytics.GrainInterfaces;

/// <summary>The actor of one metric, key <c>project/metric</c>. Owns the metric's table and its live state; takes events from its stream.</summary>
[Alias("analytics.IMetricGrain"), Version(1)]
public interface IMetricGrain : IGrainWithStringKey
{
    /// <summary>The live state as of now; <see langword="null"/> when the metric has never had an event.</summary>
    [AlwaysInterleave]
    [Alias("GetSnapshot")]
    Task<MetricSnapshot?> GetSnapshotAsync();

    /// <summary>The live state, and again whenever it has changed. It begins with the metric's first event, and ends when the caller ends it or the actor leaves.</summary>
    /// <param name="interval">Between two of them at least, 10 ms to a minute; whatever changes meanwhile is in the next one.</param>
    /// <param name="cancellationToken">Ends it.</param>
    [Alias("Watch")]
    IAsyncEnumerable<MetricSnapshot> WatchAsync(TimeSpan interval, CancellationToken cancellationToken = default);

    /// <summary>Rows by event time, where the live state has all of them.</summary>
    /// <param name="slotMs">Milliseconds of a slot: 1,000 (of the last ten minutes), 60,000 (of the last day) or 3,600,000 (of the last 30 days).</param>
    /// <param name="fromMs">Begin of the first slot, UTC milliseconds since 1970.</param>
    /// <param name="toMs">End of the last slot, after <paramref name="fromMs"/>.</param>
    /// <returns>A count a slot; <see langword="null"/> when the table has to be asked.</returns>
    [AlwaysInterleave]
    [Alias("GetCounts")]
    Task<long[]?> GetCountsAsync(int slotMs, long fromMs, long toMs);

    /// <summary>The newest rows by event time, where the live state has those and the table has all that are older: nothing has to be flushed then.</summary>
    /// <param name="slotMs">As for <see cref="GetCountsAsync"/>.</param>
    /// <param name="fromMs">Begin of the whole range, UTC milliseconds since 1970; before what the live state has.</param>
    /// <param name="toMs">End of the last slot.</param>
    /// <returns>A count a slot from the watermark on; <see langword="null"/> when the table has to be asked for all, after a flush.</returns>
    [AlwaysInterleave]
    [Alias("GetTailCounts")]
    Task<TailCounts?> GetTailCountsAsync(int slotMs, long fromMs, long toMs);

    /// <summary>The table's columns; <see langword="null"/> when the metric has never had an event.</summary>
    [AlwaysInterleave]
    [Alias("GetSchema")]
    Task<MetricSchema?> GetSchemaAsync();

    /// <summary>What somebody has decided for the metric, whether it has had an event or not.</summary>
    [AlwaysInterleave]
    [Alias("GetSettings")]
    Task<MetricSettings> GetSettingsAsync();

    /// <summary>Decides how fields become columns, for the events that come from now on; that is durable when this completes.</summary>
    /// <returns>Why the settings are not taken; <see langword="null"/> when they are.</returns>
    [Alias("SetSchema")]
    Task<SettingsRefusal?> SetSchemaAsync(SchemaSettings settings);

    /// <summary>Gives a field that has no column one, and moves the values it has in <c>_extra</c> there, beside everything else;
    /// <see cref="MetricSchema.Settings"/> shows how far that is.</summary>
    /// <param name="field">The field.</param>
    /// <param name="type">The column's type in short form; no array.</param>
    /// <returns>Why not; <see langword="null"/> when the decision is durable.</returns>
    [Alias("Promote")]
    Task<SettingsRefusal?> PromoteAsync(string field, string type);

    /// <summary>Decides how long rows are kept; durable, and the table told, when this completes.</summary>
    /// <param name="policy">The policy; <see langword="null"/> for the project's.</param>
    /// <returns>Why it is not taken; <see langword="null"/> when it is.</returns>
    [Alias("SetRetention")]
    Task<SettingsRefusal?> SetRetentionAsync(RetentionPolicy? policy);

    /// <summary>Makes a view, or another one of the same name, of the rows that there are and of those to come; durable when this completes.</summary>
    /// <returns>Why it is not taken; <see langword="null"/> when it is.</returns>
    [Alias("SetView")]
    Task<SettingsRefusal?> SetViewAsync(ViewDefinition view);

    /// <summary>Ends a view; what it has written elsewhere stays.</summary>
    /// <returns>Why not; <see langword="null"/> when there is no such view any more.</returns>
    [Alias("RemoveView")]
    Task<SettingsRefusal?> RemoveViewAsync(string name);

    /// <summary>A view's newest windows; <see langword="null"/> when there is no such view.</summary>
    [AlwaysInterleave]
    [Alias("ReadView")]
    Task<ViewSnapshot?> ReadViewAsync(string name);

    /// <summary>A view, and again whenever it has changed, a window has closed or a sink got on. It begins when there is such a view, and ends when the caller ends it or the actor leaves.</summary>
    /// <param name="name">The view's name.</param>
    /// <param name="interval">Between two of them at least, 10 ms to a minute; whatever changes meanwhile is in the next one.</param>
    /// <param name="cancellationToken">Ends it.</param>
    [Alias("WatchView")]
    IAsyncEnumerable<ViewSnapshot> WatchViewAsync(string name, TimeSpan interval, CancellationToken cancellationToken = default);

    /// <summary>Makes an alert, or another one of the same name; durable when this completes. One of the same name keeps its state.</summary>
    /// <param name="alert">The alert. Without a secret it keeps the one it has, as long as it is posted to the same place; an empty one ends it.</param>
    /// <returns>Why it is not taken; <see langword="null"/> when it is.</returns>
    [Alias("SetAlert")]
    Task<SettingsRefusal?> SetAlertAsync(AlertDefinition alert);

    /// <summary>Ends an alert; its history stays.</summary>
    /// <returns>Why not; <see langword="null"/> when there is no such alert any more.</returns>
    [Alias("RemoveAlert")]
    Task<SettingsRefusal?> RemoveAlertAsync(string name);

    /// <summary>The metric's alerts as of now, by name.</summary>
    [AlwaysInterleave]
    [Alias("ReadAlerts")]
    Task<AlertStatus[]> ReadAlertsAsync();

    /// <summary>Takes over its project's policy, where the metric has none of its own.</summary>
    /// <param name="policy">It; <see langword="null"/> when the project has none.</param>
    /// <returns>Why the table could not be told; <see langword="null"/> when it was.</returns>
    /// <remarks>It comes between the turns: the metric may just be waiting for its project.</remarks>
    [AlwaysInterleave]
    [Alias("FollowProject")]
    Task<SettingsRefusal?> FollowProjectAsync(RetentionPolicy? policy);

    /// <summary>Completes when every row taken so far is durable in the table.</summary>
    /// <exception cref="TimeoutException">The table did not take the rows in time; they stay buffered.</exception>
    [AlwaysInterleave]
    [Alias("Flush")]
    Task FlushAsync();

    /// <summary>Whether a batch was delivered and is not yet acknowledged, or may just be arriving; false when it was lost on its way or with an earlier activation.</summary>
    [AlwaysInterleave]
    [Alias("Holds")]
    Task<bool> HoldsAsync(BatchAcknowledgement batch);
}
