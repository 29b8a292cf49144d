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
        var path = $"/v1/projects/{Uri.EscapeDataString(project)}/metrics/{Uri.EscapeDataString(metric)}";
        try
        {
            var answer = await SendAsync(HttpMethod.Get, path, null, cancellationToken).ConfigureAwait(false);
            return JsonSerializer.Deserialize<MetricState>(answer, Json);
        }
        catch (AnalyticsException exception) when (exception.Code is "project_unknown" or "metric_unknown")
        {
            return null;
        }
    }

    private sealed record ProjectList(string[] Projects);

    private sealed record MetricList(string[] Metrics);
}
