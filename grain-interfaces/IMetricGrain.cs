using Analytics.GrainInterfaces.Ledger;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Schema;
using Orleans;
using Orleans.Concurrency;

namespace Analytics.GrainInterfaces;

/// <summary>The actor of one metric, key <c>project/metric</c>. Owns the metric's table and its live state; takes events from its stream.</summary>
[Alias("analytics.IMetricGrain")]
public interface IMetricGrain : IGrainWithStringKey
{
    /// <summary>The live state as of now; <see langword="null"/> when the metric has never had an event.</summary>
    [AlwaysInterleave]
    [Alias("GetSnapshot")]
    Task<MetricSnapshot?> GetSnapshotAsync();

    /// <summary>The table's columns; <see langword="null"/> when the metric has never had an event.</summary>
    [AlwaysInterleave]
    [Alias("GetSchema")]
    Task<MetricSchema?> GetSchemaAsync();

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
