using Analytics.Silo.Http.Answers;

namespace Analytics.Silo.Http.Read;

/// <summary><c>GET /v1/projects</c>, <c>/v1/projects/{p}</c> and <c>/v1/projects/{p}/metrics</c>: what there is.</summary>
internal sealed class ProjectRoutes(IActors actors)
{
    /// <summary>Answers <c>{"projects":["…"]}</c>.</summary>
    public async Task ListProjectsAsync(HttpContext context)
    {
        var projects = await actors.Catalog.ListProjectsAsync();
        await JsonAnswer.WriteAsync(context, projects, static (json, projects) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("projects"u8);
            foreach (var project in projects)
            {
                json.WriteStringValue(project);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>Answers <c>{"project":"…","metric_count":n}</c>.</summary>
    public async Task GetProjectAsync(HttpContext context, string project)
    {
        if (await ReadMetricsAsync(context, project) is { } metrics)
        {
            await JsonAnswer.WriteAsync(context, (project, metrics.Length), static (json, state) =>
            {
                json.WriteStartObject();
                json.WriteString("project"u8, state.project);
                json.WriteNumber("metric_count"u8, state.Length);
                json.WriteEndObject();
            });
        }
    }

    /// <summary>Answers <c>{"project":"…","metrics":["…"]}</c>.</summary>
    public async Task ListMetricsAsync(HttpContext context, string project)
    {
        if (await ReadMetricsAsync(context, project) is { } metrics)
        {
            await JsonAnswer.WriteAsync(context, (project, metrics), static (json, state) =>
            {
                json.WriteStartObject();
                json.WriteString("project"u8, state.project);
                json.WriteStartArray("metrics"u8);
                foreach (var metric in state.metrics)
                {
                    json.WriteStringValue(metric);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
        }
    }

    /// <summary>The project in the address; <see langword="null"/> when the request has been answered with a problem.</summary>
    internal async Task<string?> FindAsync(HttpContext context, string routeValue) =>
        await ReadMetricsAsync(context, routeValue) is null ? null : RouteNames.Project(context, routeValue);

    /// <summary>The project's metrics; <see langword="null"/> when the request has been answered with a problem.</summary>
    private async Task<string[]?> ReadMetricsAsync(HttpContext context, string routeValue)
    {
        if (await RouteNames.ReadProjectAsync(context, routeValue) is not { } project)
        {
            return null;
        }

        var metrics = await actors.Project(project).ListMetricsAsync();
        if (metrics.Length == 0 && !(await actors.Catalog.ListProjectsAsync()).Contains(project, StringComparer.Ordinal))
        {
            await ReadProblems.ProjectUnknown(project).WriteAsync(context);
            return null;
        }

        return metrics;
    }
}
