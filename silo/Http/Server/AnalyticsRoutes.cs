using Analytics.Silo.Http.Alerts;
using Analytics.Silo.Http.Answers;
using Analytics.Silo.Http.Audit;
using Analytics.Silo.Http.Collect;
using Analytics.Silo.Http.Dashboard;
using Analytics.Silo.Http.DeadLetters;
using Analytics.Silo.Http.Health;
using Analytics.Silo.Http.Overview;
using Analytics.Silo.Http.Query;
using Analytics.Silo.Http.Read;
using Analytics.Silo.Http.Series;
using Analytics.Silo.Http.Settings;
using Analytics.Silo.Http.Telemetry;
using Analytics.Silo.Http.Views;
using Analytics.Silo.Http.Watch;

namespace Analytics.Silo.Http.Server;

/// <summary>Every route of the API, in the order of the home page.</summary>
internal static class AnalyticsRoutes
{
    private const string Metric = "/v1/projects/{project}/metrics/{metric}";

    /// <summary>Adds the routes, and the step that turns failures into problems around them.</summary>
    public static void MapAnalytics(this WebApplication app)
    {
        // Made now: it must listen before the first measurement.
        var registry = app.Services.GetRequiredService<MetricsRegistry>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseRouting();
        MapCollector(app);
        MapReads(app);
        MapDeadLetters(app);
        app.MapGet("/livez", Handler(HealthRoutes.GetLiveAsync)).Describe("Liveness: the process answers");
        app.MapGet("/startupz", (HttpContext context, HealthRoutes health) => health.GetStartedAsync(context)).Describe("Whether the start is over");
        app.MapGet("/healthz", (HttpContext context, HealthRoutes health) => health.GetHealthAsync(context)).Describe("Which part is ill; 200 as long as the process answers");
        app.MapGet("/readyz", (HttpContext context, HealthRoutes health) => health.GetReadyAsync(context)).Describe("Readiness, with each check");
        app.MapGet("/metrics", Handler(context =>
        {
            context.Response.ContentType = PrometheusText.ContentType;
            return context.Response.WriteAsync(registry.Write(), context.RequestAborted);
        })).Describe("Metrics as Prometheus text");
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapGet("/", (HttpContext context, DashboardRoutes routes) => routes.GetHomeAsync(context)).ExcludeFromDescription();
        app.MapGet("/dashboard/{**path}", (HttpContext context, string path, DashboardRoutes routes) => routes.GetFileAsync(context, path)).ExcludeFromDescription();
    }

    // Single handlers resolved once: nothing is looked up per request on the way in.
    private static void MapCollector(WebApplication app)
    {
        var collector = app.Services.GetRequiredService<Collector>();
        app.MapPost("/v1/events", Handler(collector.PostEventsAsync))
            .Describe("Take events: one, an array, or newline-separated").WithMetadata(BodyKind.Events);
        app.MapPost(Metric + "/events", (HttpContext context, string project, string metric) => collector.PostBareEventsAsync(context, project, metric))
            .Describe("Take events of one metric as bare field objects").WithMetadata(BodyKind.BareEvents);
    }

    private static void MapReads(WebApplication app)
    {
        app.MapGet("/v1/watch", (HttpContext context, OverviewRoutes routes) => routes.GetServerAsync(context))
            .Describe("The server as server-sent events, once a second: projects, events, lag, inserts, parts");
        app.MapGet("/v1/projects", (HttpContext context, ProjectRoutes routes) => routes.ListProjectsAsync(context))
            .Describe("Names of all projects");
        app.MapGet("/v1/projects/{project}", (HttpContext context, string project, ProjectRoutes routes) => routes.GetProjectAsync(context, project))
            .Describe("One project");
        app.MapGet(
            "/v1/projects/{project}/watch",
            (HttpContext context, string project, OverviewRoutes routes) => routes.GetProjectAsync(context, project))
            .Describe("A project and its metrics as server-sent events, once a second");
        app.MapGet(
            "/v1/projects/{project}/metrics",
            (HttpContext context, string project, ProjectRoutes routes) => routes.ListMetricsAsync(context, project))
            .Describe("Names of a project's metrics");
        app.MapGet(
            Metric,
            (HttpContext context, string project, string metric, MetricRoutes routes) => routes.GetSnapshotAsync(context, project, metric))
            .Describe("Live state of a metric");
        app.MapGet(
            Metric + "/watch",
            (HttpContext context, string project, string metric, WatchRoute route) => route.GetAsync(context, project, metric))
            .Describe("Live state of a metric as server-sent events: a snapshot, then changes");
        app.MapGet(
            Metric + "/schema",
            (HttpContext context, string project, string metric, MetricRoutes routes) => routes.GetSchemaAsync(context, project, metric))
            .Describe("Columns of a metric's table");
        app.MapPut(
            Metric + "/schema",
            (HttpContext context, string project, string metric, SchemaRoute route) => route.PutAsync(context, project, metric))
            .Describe("Decide how fields become columns").WithMetadata(BodyKind.Schema);
        app.MapPost(
            Metric + "/schema/promote",
            (HttpContext context, string project, string metric, SchemaRoute route) => route.PromoteAsync(context, project, metric))
            .Describe("Give a field of _extra a column, and move its values there").WithMetadata(BodyKind.Promotion);
        MapRetention(app);
        MapViews(app);
        MapAlerts(app);
        app.MapGet(
            Metric + "/events",
            (HttpContext context, string project, string metric, EventsRoute route) => route.GetAsync(context, project, metric))
            .Describe("Latest rows of a metric").Takes("limit", "1-10000, default 100");
        app.MapGet(
            Metric + "/series",
            (HttpContext context, string project, string metric, SeriesRoute route) => route.GetAsync(context, project, metric))
            .Describe("A metric's course over event time")
            .Takes("from", "First event time: ISO 8601, or milliseconds since 1970; default an hour before to")
            .Takes("to", "Event times are before this; default now")
            .Takes("step", "Length of an interval, 30s, 5m, 1h, 1d; default what makes at most 120")
            .Takes("agg", "count (default), sum, avg, min, max, unique, p50, p90 or p99")
            .Takes("field", "The field that is aggregated; count counts rows without it")
            .Takes("by", "A series for each of the most frequent values of this field")
            .Takes("groups", "How many, 1-100, default 10; the others are one more")
            .Takes("tz", "IANA time zone that days and hours begin in, default UTC");
        app.MapPost("/v1/query", (HttpContext context, QueryRoute route) => route.PostAsync(context))
            .Describe("Read-only SQL").WithMetadata(BodyKind.Query);
        app.MapPost("/v1/audit", (HttpContext context, AuditRoute route) => route.PostAsync(context))
            .Describe("Compare the log with the tables: what is missing or doubled").WithMetadata(BodyKind.Audit);
    }

    private static void MapRetention(WebApplication app)
    {
        const string OfProject = "/v1/projects/{project}/retention";
        app.MapGet(OfProject, (HttpContext context, string project, RetentionRoute route) => route.GetOfProjectAsync(context, project))
            .Describe("How long a project's metrics keep rows");
        app.MapPut(OfProject, (HttpContext context, string project, RetentionRoute route) => route.PutOfProjectAsync(context, project))
            .Describe("Decide how long a project's metrics keep rows").WithMetadata(BodyKind.Retention);
        app.MapGet(
            Metric + "/retention",
            (HttpContext context, string project, string metric, RetentionRoute route) => route.GetOfMetricAsync(context, project, metric))
            .Describe("How long a metric keeps rows");
        app.MapPut(
            Metric + "/retention",
            (HttpContext context, string project, string metric, RetentionRoute route) => route.PutOfMetricAsync(context, project, metric))
            .Describe("Decide how long a metric keeps rows").WithMetadata(BodyKind.Retention);
        app.MapDelete(
            Metric + "/retention",
            (HttpContext context, string project, string metric, RetentionRoute route) => route.DeleteOfMetricAsync(context, project, metric))
            .Describe("Let a metric keep rows as its project does");
    }

    private static void MapViews(WebApplication app)
    {
        const string View = Metric + "/views/{view}";
        app.MapGet(Metric + "/views", (HttpContext context, string project, string metric, ViewsRoute route) => route.ListAsync(context, project, metric))
            .Describe("Views of a metric");
        app.MapGet(View, (HttpContext context, string project, string metric, string view, ViewsRoute route) => route.GetAsync(context, project, metric, view))
            .Describe("The newest windows of a view");
        app.MapPut(View, (HttpContext context, string project, string metric, string view, ViewsRoute route) => route.PutAsync(context, project, metric, view))
            .Describe("Make a view of the rows that there are and of those to come").WithMetadata(BodyKind.View);
        app.MapDelete(View, (HttpContext context, string project, string metric, string view, ViewsRoute route) => route.DeleteAsync(context, project, metric, view))
            .Describe("End a view");
        app.MapGet(View + "/watch", (HttpContext context, string project, string metric, string view, ViewWatchRoute route) => route.GetAsync(context, project, metric, view))
            .Describe("A view as server-sent events: a snapshot, then the windows that change");
    }

    private static void MapAlerts(WebApplication app)
    {
        const string Alert = Metric + "/alerts/{alert}";
        app.MapGet(Metric + "/alerts", (HttpContext context, string project, string metric, AlertsRoute route) => route.ListAsync(context, project, metric))
            .Describe("Alerts of a metric as of now");
        app.MapGet(Alert, (HttpContext context, string project, string metric, string alert, AlertsRoute route) => route.GetAsync(context, project, metric, alert))
            .Describe("An alert as of now");
        app.MapPut(Alert, (HttpContext context, string project, string metric, string alert, AlertsRoute route) => route.PutAsync(context, project, metric, alert))
            .Describe("Tell somebody when a number of a metric is beyond a threshold, or unusual").WithMetadata(BodyKind.Alert);
        app.MapDelete(Alert, (HttpContext context, string project, string metric, string alert, AlertsRoute route) => route.DeleteAsync(context, project, metric, alert))
            .Describe("End an alert");
        app.MapGet("/v1/alerts", (HttpContext context, AllAlertsRoute route) => route.ListAsync(context))
            .Describe("Alerts of all metrics, as of their last changes")
            .Takes("state", "raised or cleared; without it both")
            .Takes("project", "Only those of this project")
            .Takes("metric", "Only those of metrics of this name")
            .Takes("limit", "1-10000, default 100; those that changed last first");
        app.MapGet("/v1/alerts/history", (HttpContext context, AllAlertsRoute route) => route.ListHistoryAsync(context))
            .Describe("What was raised and cleared, newest first").Takes("limit", "1-10000, default 100");
    }

    private static void MapDeadLetters(WebApplication app)
    {
        app.MapGet("/v1/dead-letters", (HttpContext context, DeadLettersRoute route) => route.GetAsync(context))
            .Describe("Inputs that could not become events, newest first")
            .Takes("limit", "1-1000, default 100")
            .Takes("code", "Only those with this code")
            .Takes("project", "Only those that name this project")
            .Takes("metric", "Only those that name this metric")
            .Takes("from", "Only those from this time on: ISO 8601, or milliseconds since 1970")
            .Takes("to", "Only those before this time")
            .Takes("replayed", "true: only those that were replayed; false: only others")
            .Takes("before", "next of the answer before: the page after it");
        app.MapPost("/v1/dead-letters/replay", (HttpContext context, ReplayRoute route) => route.PostAsync(context))
            .Describe("Make events of dead letters that are events now").WithMetadata(BodyKind.Replay);
    }

    // As a plain delegate a handler is described in the OpenAPI document; as the framework's RequestDelegate it would not be.
    private static Delegate Handler(Func<HttpContext, Task> handler) => handler;
}
