using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Analytics.Client;

/// <content>Reading what there is.</content>
public sealed partial class AnalyticsClient
{
    /// <summary>Names of all projects, sorted.</summary>
    /// <exception cref="AnalyticsException">The server could not answer.</exception>
    public async Task<IReadOnlyList<string>> ListProjectsAsync(CancellationToken cancellationToken = default)
    {
        var answer = await SendAsync(HttpMethod.Get, "/v1/projects", null, cancellationToken).ConfigureAwait(false);
        return JsonSerializer.Deserialize<ProjectList>(answer, Json)!.Projects;
    }

    /// <summary>Names of a project's metrics, sorted.</summary>
    /// <exception cref="AnalyticsException">The project is unknown (<c>project_unknown</c>), or the server could not answer.</exception>
    public async Task<IReadOnlyList<string>> ListMetricsAsync(string project, CancellationToken cancellationToken = default)
    {
        var answer = await SendAsync(HttpMethod.Get, $"/v1/projects/{Uri.EscapeDataString(project)}/metrics", null, cancellationToken)
            .ConfigureAwait(false);
        return JsonSerializer.Deserialize<MetricList>(answer, Json)!.Metrics;
    }

    /// <summary>The live state of a metric; <see langword="null"/> when it has never had an event.</summary>
    /// <exception cref="AnalyticsException">The server could not answer.</exception>
    public async Task<MetricState?> GetMetricAsync(string project, string metric, CancellationToken cancellationToken = default)
    {
        var answer = await SendKnownAsync(HttpMethod.Get, MetricPath(project, metric), cancellationToken).ConfigureAwait(false);
        return answer is null ? null : JsonSerializer.Deserialize<MetricState>(answer, Json);
    }

    /// <inheritdoc />
    public async Task<MetricSchema?> GetSchemaAsync(string project, string metric, CancellationToken cancellationToken = default)
    {
        var answer = await SendKnownAsync(HttpMethod.Get, MetricPath(project, metric) + "/schema", cancellationToken).ConfigureAwait(false);
        return answer is null ? null : JsonSerializer.Deserialize<MetricSchema>(answer, SnakeCase);
    }

    /// <inheritdoc />
    public async Task<MetricSeries> GetSeriesAsync(string project, string metric, SeriesQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var parameters = QueryText(
            ("from", Milliseconds(query.From)), ("to", Milliseconds(query.To)), ("step", query.Step), ("agg", query.Agg), ("field", query.Field), ("by", query.By),
            ("groups", query.Groups?.ToString(CultureInfo.InvariantCulture)), ("tz", query.TimeZone));
        var answer = await SendAsync(HttpMethod.Get, $"{MetricPath(project, metric)}/series{parameters}", null, cancellationToken).ConfigureAwait(false);
        return JsonSerializer.Deserialize<MetricSeries>(answer, SnakeCase)!;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<JsonElement>> GetEventsAsync(string project, string metric, int? limit = null, CancellationToken cancellationToken = default)
    {
        var parameters = QueryText(("limit", limit?.ToString(CultureInfo.InvariantCulture)));
        var answer = await SendAsync(HttpMethod.Get, $"{MetricPath(project, metric)}/events{parameters}", null, cancellationToken).ConfigureAwait(false);
        return JsonSerializer.Deserialize<EventList>(answer, Json)!.Events;
    }

    // Reading events writes those that are not in the table yet first.
    /// <inheritdoc />
    public async Task FlushMetricAsync(string project, string metric, CancellationToken cancellationToken = default) =>
        await GetEventsAsync(project, metric, 1, cancellationToken).ConfigureAwait(false);

    private static string MetricPath(string project, string metric) => $"/v1/projects/{Uri.EscapeDataString(project)}/metrics/{Uri.EscapeDataString(metric)}";

    private static string? Milliseconds(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>The parameters that have a value, from the question mark on.</summary>
    private static string QueryText(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var query = new StringBuilder();
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
            {
                query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return query.ToString();
    }

    private sealed record EventList(JsonElement[] Events);

    private sealed record ProjectList(string[] Projects);

    private sealed record MetricList(string[] Metrics);
}
