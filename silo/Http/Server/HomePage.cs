namespace Analytics.Silo.Http.Server;

/// <summary><c>GET /</c> of whoever is no browser: names the routes.</summary>
internal static class HomePage
{
    private const string Text = """
        Analytics: in a browser this page is the dashboard

        POST /v1/events                                         events: one, an array, or newline-separated
        POST /v1/projects/{project}/metrics/{metric}/events     the same with bare field objects
        GET  /v1/watch                                          the server as server-sent events: projects, events, lag, inserts, parts
        GET  /v1/projects                                       all projects
        GET  /v1/projects/{project}                             one project
        GET  /v1/projects/{project}/watch                       the same with its metrics as server-sent events
        GET  /v1/projects/{project}/metrics                     its metrics
        GET  /v1/projects/{project}/metrics/{metric}            live state
        GET  /v1/projects/{project}/metrics/{metric}/watch      the same as server-sent events
        GET  /v1/projects/{project}/metrics/{metric}/schema     columns; PUT decides: {"frozen", "types", "aliases"}
        POST /v1/projects/{project}/metrics/{metric}/schema/promote   a column for a field of _extra: {"field", "type"}
        GET  /v1/projects/{project}/metrics/{metric}/retention  how long rows are kept; PUT decides: {"delete_after_days", "move_after_days", "volume"}; DELETE
        GET  /v1/projects/{project}/retention                   the same for all of a project; PUT
        GET  /v1/projects/{project}/metrics/{metric}/events     latest rows (limit)
        GET  /v1/projects/{project}/metrics/{metric}/series     its course over event time (from, to, step, agg, field, by, groups, tz)
        GET  /v1/projects/{project}/metrics/{metric}/views      its views: rows in windows and in groups, kept live
        GET  /v1/projects/{project}/metrics/{metric}/views/{view}     the newest windows of one; PUT makes it: {"group_by", "window", "every", "aggregates", "where", "groups", "sinks"}; DELETE
        GET  /v1/projects/{project}/metrics/{metric}/views/{view}/watch  the same as server-sent events: a snapshot, then changes
        GET  /v1/projects/{project}/metrics/{metric}/alerts     its alerts as of now
        GET  /v1/projects/{project}/metrics/{metric}/alerts/{alert}   one; PUT makes it: {"on", "above", "below", "anomaly", "clear", "for", "webhook", "secret"}; DELETE
        GET  /v1/alerts                                         the alerts of all metrics (state, project, metric, limit)
        GET  /v1/alerts/history                                 what was raised and cleared (limit)
        POST /v1/query                                          read-only SQL: {"sql", "format", "parameters"}
        POST /v1/audit                                          what is missing or doubled: {"partition", "from_offset", "to_offset", "from", "to", "deep"}
        GET  /v1/dead-letters                                   inputs that could not become events (limit, code, project, metric, from, to, replayed, before)
        POST /v1/dead-letters/replay                            make events of those that are events now
        GET  /healthz  /livez  /readyz  /startupz  /metrics  /openapi/v1.json

        """;

    /// <summary>Answers the page.</summary>
    public static Task GetAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(Text, context.RequestAborted);
    }
}
