using System.Text.Json;

namespace Analytics.Client;

/// <summary>
/// What an application does with an Analytics server. All methods are safe to use from any thread. Those that ask the server fail with
/// <see cref="AnalyticsException"/> when it refuses, <see cref="HttpRequestException"/> when it cannot be reached; <see cref="Track(TrackedEvent)"/> never fails.
/// </summary>
public interface IAnalyticsClient : IEventSender, IAsyncDisposable, IDisposable
{
    /// <summary>What became of the events tracked in the background.</summary>
    TrackerCounts Counts { get; }

    /// <summary>Takes an event to be sent in the background, with others. Returns at once and never throws; one without an id gets one, one without a time the present.</summary>
    /// <returns>Whether it will be sent; <see cref="Counts"/> tell why not.</returns>
    bool Track(TrackedEvent tracked);

    /// <summary>Takes an event to be sent in the background.</summary>
    /// <param name="project">The project, <c>[a-z][a-z0-9_]{0,62}</c>.</param>
    /// <param name="metric">The metric, 1-128 bytes of UTF-8.</param>
    /// <param name="fields">A dictionary, a record, an anonymous object.</param>
    /// <returns>Whether it will be sent.</returns>
    bool Track(string project, string metric, object fields) => Track(new TrackedEvent(project, metric, fields));

    /// <summary>Completes when all events tracked in the background before have been answered or given up.</summary>
    Task FlushAsync(CancellationToken cancellationToken = default);

    /// <summary>Names of all projects, sorted.</summary>
    Task<IReadOnlyList<string>> ListProjectsAsync(CancellationToken cancellationToken = default);

    /// <summary>Names of a project's metrics, sorted.</summary>
    Task<IReadOnlyList<string>> ListMetricsAsync(string project, CancellationToken cancellationToken = default);

    /// <summary>The live state of a metric; <see langword="null"/> when it has never had an event.</summary>
    Task<MetricState?> GetMetricAsync(string project, string metric, CancellationToken cancellationToken = default);

    /// <summary>The live state of a metric, and again whenever it has changed, at most ten times a second; a slow reader gets the newest. Goes on after every interruption, also a restart
    /// of the server, and ends by cancellation.</summary>
    IAsyncEnumerable<MetricState> WatchAsync(string project, string metric, CancellationToken cancellationToken = default);

    /// <summary>A metric's columns; <see langword="null"/> when it has never had an event.</summary>
    Task<MetricSchema?> GetSchemaAsync(string project, string metric, CancellationToken cancellationToken = default);

    /// <summary>A metric's course over event time, with every event taken before.</summary>
    Task<MetricSeries> GetSeriesAsync(string project, string metric, SeriesQuery query, CancellationToken cancellationToken = default);

    /// <summary>A metric's latest events, newest first, each an object with <c>_time</c>, <c>_id</c> and its fields.</summary>
    /// <param name="project">The project.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="limit">As many at most; the server's default without it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<IReadOnlyList<JsonElement>> GetEventsAsync(string project, string metric, int? limit = null, CancellationToken cancellationToken = default);

    /// <summary>Completes when every event of the metric that the server has taken over is in its table.</summary>
    Task FlushMetricAsync(string project, string metric, CancellationToken cancellationToken = default);

    /// <summary>Runs read-only SQL over all events taken before and returns its rows.</summary>
    /// <typeparam name="T">A type with a member a column, matched by name without regard to case.</typeparam>
    /// <param name="sql">One SELECT; <c>{name:Type}</c> placeholders are filled from <paramref name="parameters"/>.</param>
    /// <param name="parameters">Strings, numbers, booleans, nulls, or arrays of these, by name.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<IReadOnlyList<T>> QueryAsync<T>(string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellationToken = default);

    /// <summary>Runs read-only SQL and returns its answer as it is.</summary>
    /// <param name="sql">One SELECT.</param>
    /// <param name="format">JSON, JSONCompact, JSONEachRow, JSONCompactEachRow, CSV, CSVWithNames, TSV, TSVWithNames, Markdown or Parquet.</param>
    /// <param name="parameters">As for <see cref="QueryAsync{T}"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<byte[]> QueryBytesAsync(
        string sql, string format, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellationToken = default);

    /// <summary>A metric's views.</summary>
    Task<IReadOnlyList<ViewState>> ListViewsAsync(string project, string metric, CancellationToken cancellationToken = default);

    /// <summary>Makes a view, or another one of the same name, of the rows that there are and of those to come.</summary>
    Task<ViewState> PutViewAsync(string project, string metric, string view, ViewDefinition definition, CancellationToken cancellationToken = default);

    /// <summary>A view's newest windows; <see langword="null"/> when there is no such view.</summary>
    Task<ViewState?> GetViewAsync(string project, string metric, string view, CancellationToken cancellationToken = default);

    /// <summary>Ends a view.</summary>
    /// <returns>Whether there was one.</returns>
    Task<bool> DeleteViewAsync(string project, string metric, string view, CancellationToken cancellationToken = default);

    /// <summary>A view, and again whenever it has changed. Goes on after every interruption and ends by cancellation.</summary>
    IAsyncEnumerable<ViewState> WatchViewAsync(string project, string metric, string view, CancellationToken cancellationToken = default);

    /// <summary>All alerts, or those of one metric, each with its state, as the server writes them.</summary>
    Task<IReadOnlyList<JsonElement>> ListAlertsAsync(string? project = null, string? metric = null, CancellationToken cancellationToken = default);

    /// <summary>Makes an alert, or another one of the same name.</summary>
    /// <param name="project">The project.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="alert">Its name.</param>
    /// <param name="definition">What System.Text.Json writes as the body that the server's documentation of alerts describes.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The alert with its state.</returns>
    Task<JsonElement> PutAlertAsync(string project, string metric, string alert, object definition, CancellationToken cancellationToken = default);

    /// <summary>An alert with its state; <see langword="null"/> when there is none.</summary>
    Task<JsonElement?> GetAlertAsync(string project, string metric, string alert, CancellationToken cancellationToken = default);

    /// <summary>Ends an alert.</summary>
    /// <returns>Whether there was one.</returns>
    Task<bool> DeleteAlertAsync(string project, string metric, string alert, CancellationToken cancellationToken = default);

    /// <summary>A page of dead letters, newest first.</summary>
    Task<DeadLetterPage> DeadLettersAsync(DeadLetterFilter? filter = null, CancellationToken cancellationToken = default);

    /// <summary>Makes events of dead letters that are events now, oldest first, each exactly once. Repeating it is harmless.</summary>
    Task<DeadLetterReplayResult> ReplayDeadLettersAsync(DeadLetterReplay replay, CancellationToken cancellationToken = default);
}
