using System.Globalization;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Tables;
using Analytics.Silo.Http.Answers;

namespace Analytics.Silo.Http.Read;

/// <summary><c>GET /v1/projects/{p}/metrics/{m}/events?limit</c>: the latest rows by event time, newest first.</summary>
internal sealed class EventsRoute(IActors actors, IClickHouse clickHouse, HttpOptions options, MetricRoutes metrics)
{
    /// <summary>Rows without a <c>limit</c>.</summary>
    public const int LimitDefault = 100;

    /// <summary>Rows of one answer at most: 10,000 of a kilobyte are 10 MB in memory.</summary>
    public const int LimitMax = 10_000;

    private static readonly string[] Parameters = ["limit"];

    /// <summary>Answers <c>{"project","metric","events":[…]}</c>.</summary>
    public async Task GetAsync(HttpContext context, string projectValue, string metricValue)
    {
        var limit = LimitDefault;
        if (!QueryParameter.TryReadNoOthers(context, Parameters, out var problem)
            || !QueryParameter.TryRead(context, "limit", 1, LimitMax, ref limit, out problem))
        {
            await problem.WriteAsync(context);
            return;
        }

        if (await metrics.FindAsync(context, projectValue, metricValue, static actor => actor.GetSchemaAsync()) is not var (project, metric, _))
        {
            return;
        }

        try
        {
            await actors.Metric(project, metric).FlushAsync();
            var rows = await clickHouse.QueryAsync(Sql(project, metric, limit), "JSONEachRow", cancellationToken: context.RequestAborted);
            await JsonAnswer.WriteAsync(context, (project, metric, rows), static (json, state) =>
            {
                json.WriteStartObject();
                json.WriteString("project"u8, state.project);
                json.WriteString("metric"u8, state.metric);
                json.WriteStartArray("events"u8);
                EventRowsJson.Write(json, state.rows);
                json.WriteEndArray();
                json.WriteEndObject();
            });
        }
        catch (Exception exception) when (ReadProblems.OfTable(exception, project, metric, options.RetryAfterSeconds) is { } failure)
        {
            await failure.WriteAsync(context);
        }
    }

    // Sorted by the table's own key first, so that only the newest part of it is read; the rest makes the order the same every time.
    private static string Sql(string project, string metric, int limit) => string.Create(
        CultureInfo.InvariantCulture,
        $"SELECT * FROM {SqlText.Table(project, TableName.Of(project, metric))} ORDER BY _time DESC, _partition DESC, _offset DESC, _seq DESC LIMIT {limit} {EventRowsJson.Settings}");
}
