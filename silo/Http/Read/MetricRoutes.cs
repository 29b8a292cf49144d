using Analytics.Silo.Http.Answers;

namespace Analytics.Silo.Http.Read;

/// <summary><c>GET /v1/projects/{p}/metrics/{m}</c> and <c>…/schema</c>: what a metric's actor knows now.</summary>
internal sealed class MetricRoutes(IActors actors, CatchUp catchUp)
{
    /// <summary>Answers the live snapshot.</summary>
    public async Task GetSnapshotAsync(HttpContext context, string projectValue, string metricValue)
    {
        if (await ReadAddressAsync(context, projectValue, metricValue) is not (var project, var metric))
        {
            return;
        }

        if (await catchUp.AskAsync(() => actors.Metric(project, metric).GetSnapshotAsync(), context.RequestAborted) is { } snapshot)
        {
            await JsonAnswer.WriteAsync(context, snapshot, SnapshotJson.Write);
            return;
        }

        await AnswerUnknownAsync(context, project, metric);
    }

    /// <summary>Answers the table's columns.</summary>
    public async Task GetSchemaAsync(HttpContext context, string projectValue, string metricValue)
    {
        if (await ReadAddressAsync(context, projectValue, metricValue) is not (var project, var metric))
        {
            return;
        }

        if (await catchUp.AskAsync(() => actors.Metric(project, metric).GetSchemaAsync(), context.RequestAborted) is { } schema)
        {
            await JsonAnswer.WriteAsync(context, schema, SchemaJson.Write);
            return;
        }

        await AnswerUnknownAsync(context, project, metric);
    }

    /// <summary>The names in the address; <see langword="null"/> when the request has been answered with a problem.</summary>
    internal static async Task<(string Project, string Metric)?> ReadAddressAsync(HttpContext context, string projectValue, string metricValue)
    {
        var project = RouteNames.Project(context, projectValue);
        var metric = RouteNames.Metric(context, metricValue);
        if (RouteNames.AreReadable(project, metric, out var problem))
        {
            return (project, metric);
        }

        await problem.WriteAsync(context);
        return null;
    }

    /// <summary>Says whether it is the project or the metric that is unknown.</summary>
    internal async Task AnswerUnknownAsync(HttpContext context, string project, string metric)
    {
        var isProjectKnown = (await actors.Catalog.ListProjectsAsync()).Contains(project, StringComparer.Ordinal);
        var problem = isProjectKnown ? ReadProblems.MetricUnknown(project, metric) : ReadProblems.ProjectUnknown(project);
        await problem.WriteAsync(context);
    }
}
