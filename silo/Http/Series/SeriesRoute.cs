using Analytics.Grains.ClickHouse;
using Analytics.Grains.Query;
using Analytics.Grains.Tables;
using Analytics.Silo.Http.Answers;
using Analytics.Silo.Http.Read;

namespace Analytics.Silo.Http.Series;

/// <summary><c>GET /v1/projects/{p}/metrics/{m}/series</c>: a metric's course over event time, in intervals, in groups. Rows taken before the request are in it.</summary>
internal sealed class SeriesRoute(IActors actors, IClickHouse clickHouse, HttpOptions options, MetricRoutes metrics, TimeProvider time)
{
    /// <summary>Answers as <see cref="SeriesJson"/> writes.</summary>
    public async Task GetAsync(HttpContext context, string projectValue, string metricValue)
    {
        if (await metrics.FindAsync(context, projectValue, metricValue, static actor => actor.GetSchemaAsync()) is not var (project, metric, schema))
        {
            return;
        }

        if (!SeriesParameters.TryRead(context, schema.Columns, time.GetUtcNow().ToUnixTimeMilliseconds(), out var query, out var problem))
        {
            await problem.WriteAsync(context);
            return;
        }

        try
        {
            var rows = await LiveSeries.TryReadAsync(actors.Metric(project, metric), query)
                ?? await TryReadBothAsync(project, metric, query, context.RequestAborted)
                ?? await ReadTableAsync(project, metric, query, context.RequestAborted);
            if (rows.Count > SeriesQuery.PointsMax)
            {
                await QueryParameter.Wrong("step", query.Step.ToString(), $"one that makes at most {SeriesQuery.PointsMax:N0} points of all groups together").WriteAsync(context);
                return;
            }

            await JsonAnswer.WriteAsync(context, (project, metric, query, rows), static (json, state) => SeriesJson.Write(json, state.project, state.metric, state.query, state.rows));
        }
        catch (Exception exception) when (ReadProblems.OfTable(exception, project, metric, options.RetryAfterSeconds) is { } failure)
        {
            await failure.WriteAsync(context);
        }
    }

    // A row is in one part by its time, and those of the older part were in the table when the newer one was counted: nothing has to be flushed.
    private async Task<IReadOnlyList<string?[]>?> TryReadBothAsync(string project, string metric, SeriesQuery query, CancellationToken cancellationToken) =>
        await LiveSeries.TryReadTailAsync(actors.Metric(project, metric), query) is var (fromMs, newer)
            ? LiveSeries.Join(await ReadRowsAsync(project, metric, query with { ToMs = fromMs }, cancellationToken), newer)
            : null;

    private async Task<IReadOnlyList<string?[]>> ReadTableAsync(string project, string metric, SeriesQuery query, CancellationToken cancellationToken)
    {
        await actors.Metric(project, metric).FlushAsync();
        return await ReadRowsAsync(project, metric, query, cancellationToken);
    }

    private Task<List<string?[]>> ReadRowsAsync(string project, string metric, SeriesQuery query, CancellationToken cancellationToken) =>
        clickHouse.ReadRowsAsync(SeriesSql.Of(SqlText.Table(project, TableName.Of(project, metric)), query), null, cancellationToken);
}
