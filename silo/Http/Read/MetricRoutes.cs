using System.Diagnostics;
using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Live;
using Analytics.Silo.Http.Answers;

namespace Analytics.Silo.Http.Read;

/// <summary><c>GET /v1/projects/{p}/metrics/{m}</c> and <c>…/schema</c>: what a metric's actor knows now.</summary>
internal sealed class MetricRoutes(IActors actors, CatchUp catchUp, ReadInstruments instruments)
{
    /// <summary>Answers the live snapshot.</summary>
    public async Task GetSnapshotAsync(HttpContext context, string projectValue, string metricValue)
    {
        if (await FindAsync(context, projectValue, metricValue, ReadSnapshotAsync) is var (_, _, snapshot))
        {
            await JsonAnswer.WriteAsync(context, snapshot, SnapshotJson.Write);
        }
    }

    /// <summary>Answers the table's columns.</summary>
    public async Task GetSchemaAsync(HttpContext context, string projectValue, string metricValue)
    {
        if (await FindAsync(context, projectValue, metricValue, static actor => actor.GetSchemaAsync()) is var (_, _, schema))
        {
            await JsonAnswer.WriteAsync(context, schema, SchemaJson.Write);
        }
    }

    /// <summary>The metric in the address and what its actor says; <see langword="null"/> when the request has been answered with a problem.</summary>
    /// <param name="context">The request.</param>
    /// <param name="projectValue">As the address gives it.</param>
    /// <param name="metricValue">As the address gives it.</param>
    /// <param name="ask">Asks the actor; <see langword="null"/> means that the metric is unknown.</param>
    internal async Task<(string Project, string Metric, T Answer)?> FindAsync<T>(
        HttpContext context, string projectValue, string metricValue, Func<IMetricGrain, Task<T?>> ask)
        where T : class
    {
        if (await ReadAddressAsync(context, projectValue, metricValue) is not (var project, var metric))
        {
            return null;
        }

        if (await catchUp.AskAsync(() => ask(actors.Metric(project, metric)), context.RequestAborted) is { } answer)
        {
            return (project, metric, answer);
        }

        await AnswerUnknownAsync(context, project, metric);
        return null;
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

    private async Task<MetricSnapshot?> ReadSnapshotAsync(IMetricGrain actor)
    {
        var begin = Stopwatch.GetTimestamp();
        var snapshot = await actor.GetSnapshotAsync();
        instruments.Answered(Stopwatch.GetElapsedTime(begin));
        return snapshot;
    }

    /// <summary>Says whether it is the project or the metric that is unknown.</summary>
    private async Task AnswerUnknownAsync(HttpContext context, string project, string metric)
    {
        var isProjectKnown = (await actors.Catalog.ListProjectsAsync()).Contains(project, StringComparer.Ordinal);
        var problem = isProjectKnown ? ReadProblems.MetricUnknown(project, metric) : ReadProblems.ProjectUnknown(project);
        await problem.WriteAsync(context);
    }
}
