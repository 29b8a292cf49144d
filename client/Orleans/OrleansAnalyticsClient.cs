using System.Runtime.CompilerServices;
using System.Text.Json;
using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Live;
using Orleans;

namespace Analytics.Client.Orleans;

/// <summary>Asks the actors for projects, live states, changes and columns, and has them write their tables; everything else goes to a server over HTTP.</summary>
/// <param name="cluster">Connected to the silos; stays the caller's.</param>
/// <param name="http">For the rest; stays the caller's.</param>
public sealed class OrleansAnalyticsClient(IClusterClient cluster, IAnalyticsClient http) : IAnalyticsClient
{
    // As over HTTP: ten changes a second at most.
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan WatchAgainAfter = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc />
    public TrackerCounts Counts => http.Counts;

    /// <inheritdoc />
    public bool Track(TrackedEvent tracked) => http.Track(tracked);

    /// <inheritdoc />
    public Task FlushAsync(CancellationToken cancellationToken = default) => http.FlushAsync(cancellationToken);

    /// <inheritdoc />
    public Task<TrackResult> TrackAsync(IEnumerable<TrackedEvent> events, CancellationToken cancellationToken = default) => http.TrackAsync(events, cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<string>> ListProjectsAsync(CancellationToken cancellationToken = default) =>
        await cluster.GetGrain<ICatalogGrain>(ICatalogGrain.Key).ListProjectsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public async Task<IReadOnlyList<string>> ListMetricsAsync(string project, CancellationToken cancellationToken = default) =>
        await cluster.GetGrain<IProjectGrain>(project).ListMetricsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public async Task<MetricState?> GetMetricAsync(string project, string metric, CancellationToken cancellationToken = default) =>
        await Metric(project, metric).GetSnapshotAsync().WaitAsync(cancellationToken).ConfigureAwait(false) is { } snapshot ? SnapshotStates.Of(snapshot) : null;

    /// <summary>The live state of a metric, from its first event on, and again whenever it has changed; goes on when the actor moves, and ends by cancellation.</summary>
    public async IAsyncEnumerable<MetricState> WatchAsync(string project, string metric, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var snapshots = Metric(project, metric).WatchAsync(WatchInterval, cancellationToken).GetAsyncEnumerator(cancellationToken);
            try
            {
                while (await TryMoveAsync(snapshots, cancellationToken).ConfigureAwait(false))
                {
                    yield return SnapshotStates.Of(snapshots.Current);
                }
            }
            finally
            {
                await EndAsync(snapshots).ConfigureAwait(false);
            }

            await Task.Delay(WatchAgainAfter, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async Task<MetricSchema?> GetSchemaAsync(string project, string metric, CancellationToken cancellationToken = default) =>
        await Metric(project, metric).GetSchemaAsync().WaitAsync(cancellationToken).ConfigureAwait(false) is { } schema ? SnapshotStates.Of(schema) : null;

    /// <inheritdoc />
    public Task FlushMetricAsync(string project, string metric, CancellationToken cancellationToken = default) =>
        Metric(project, metric).FlushAsync().WaitAsync(cancellationToken);

    /// <inheritdoc />
    public Task<MetricSeries> GetSeriesAsync(string project, string metric, SeriesQuery query, CancellationToken cancellationToken = default) =>
        http.GetSeriesAsync(project, metric, query, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<JsonElement>> GetEventsAsync(string project, string metric, int? limit = null, CancellationToken cancellationToken = default) =>
        http.GetEventsAsync(project, metric, limit, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellationToken = default) =>
        http.QueryAsync<T>(sql, parameters, cancellationToken);

    /// <inheritdoc />
    public Task<byte[]> QueryBytesAsync(
        string sql, string format, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellationToken = default) =>
        http.QueryBytesAsync(sql, format, parameters, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<ViewState>> ListViewsAsync(string project, string metric, CancellationToken cancellationToken = default) =>
        http.ListViewsAsync(project, metric, cancellationToken);

    /// <inheritdoc />
    public Task<ViewState> PutViewAsync(string project, string metric, string view, ViewDefinition definition, CancellationToken cancellationToken = default) =>
        http.PutViewAsync(project, metric, view, definition, cancellationToken);

    /// <inheritdoc />
    public Task<ViewState?> GetViewAsync(string project, string metric, string view, CancellationToken cancellationToken = default) =>
        http.GetViewAsync(project, metric, view, cancellationToken);

    /// <inheritdoc />
    public Task<bool> DeleteViewAsync(string project, string metric, string view, CancellationToken cancellationToken = default) =>
        http.DeleteViewAsync(project, metric, view, cancellationToken);

    /// <inheritdoc />
    public IAsyncEnumerable<ViewState> WatchViewAsync(string project, string metric, string view, CancellationToken cancellationToken = default) =>
        http.WatchViewAsync(project, metric, view, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<JsonElement>> ListAlertsAsync(string? project = null, string? metric = null, CancellationToken cancellationToken = default) =>
        http.ListAlertsAsync(project, metric, cancellationToken);

    /// <inheritdoc />
    public Task<JsonElement> PutAlertAsync(string project, string metric, string alert, object definition, CancellationToken cancellationToken = default) =>
        http.PutAlertAsync(project, metric, alert, definition, cancellationToken);

    /// <inheritdoc />
    public Task<JsonElement?> GetAlertAsync(string project, string metric, string alert, CancellationToken cancellationToken = default) =>
        http.GetAlertAsync(project, metric, alert, cancellationToken);

    /// <inheritdoc />
    public Task<bool> DeleteAlertAsync(string project, string metric, string alert, CancellationToken cancellationToken = default) =>
        http.DeleteAlertAsync(project, metric, alert, cancellationToken);

    /// <inheritdoc />
    public Task<DeadLetterPage> DeadLettersAsync(DeadLetterFilter? filter = null, CancellationToken cancellationToken = default) =>
        http.DeadLettersAsync(filter, cancellationToken);

    /// <inheritdoc />
    public Task<DeadLetterReplayResult> ReplayDeadLettersAsync(DeadLetterReplay replay, CancellationToken cancellationToken = default) =>
        http.ReplayDeadLettersAsync(replay, cancellationToken);

    /// <summary>Does nothing: both parts are the caller's.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Does nothing: both parts are the caller's.</summary>
    public void Dispose()
    {
    }

    private IMetricGrain Metric(string project, string metric) => cluster.GetGrain<IMetricGrain>(MetricKey.Of(project, metric));

    private static async Task<bool> TryMoveAsync(IAsyncEnumerator<MetricSnapshot> snapshots, CancellationToken cancellationToken)
    {
        try
        {
            return await snapshots.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The actor has moved, or its silo is away: it is asked again.
            return false;
        }
    }

    private static async Task EndAsync(IAsyncEnumerator<MetricSnapshot> snapshots)
    {
        try
        {
            await snapshots.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The actor that would be told is gone.
        }
    }
}
