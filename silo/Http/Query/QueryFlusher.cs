using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Tables;
using Analytics.Silo.Http.Read;

namespace Analytics.Silo.Http.Query;

/// <summary>
/// Flushes every metric that a query may read, so that its answer holds all events the live state has. Errs on the side of flushing:
/// a metric counts as read when its project's name and its table's occur anywhere in the SQL or its parameters.
/// </summary>
internal sealed class QueryFlusher(IActors actors, HttpOptions options)
{
    /// <summary>Completes when the metrics' rows are in their tables.</summary>
    /// <exception cref="TimeoutException">A table did not take its rows in time.</exception>
    public async Task FlushAsync(string sql, IReadOnlyDictionary<string, string>? parameters, CancellationToken cancellationToken)
    {
        var text = parameters is null ? sql : string.Join('\n', [sql, .. parameters.Values]);
        var metrics = await FindAsync(text);
        await Parallel.ForEachAsync(
            metrics,
            new ParallelOptions { MaxDegreeOfParallelism = options.FlushesMax, CancellationToken = cancellationToken },
            async (metric, _) => await actors.Metric(metric.Project, metric.Metric).FlushAsync());
    }

    /// <summary>The metrics whose names occur.</summary>
    internal async Task<List<(string Project, string Metric)>> FindAsync(string text)
    {
        var found = new List<(string Project, string Metric)>();

        // A quoted name may be written with escapes, and merge() takes patterns of names: then every metric of the project may be meant.
        var mayNameAny = text.Contains('\\', StringComparison.Ordinal) || text.Contains("merge", StringComparison.OrdinalIgnoreCase);
        foreach (var project in await actors.Catalog.ListProjectsAsync())
        {
            if (!text.Contains(project, StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var metric in await actors.Project(project).ListMetricsAsync())
            {
                if (mayNameAny || IsQuotedDifferently(metric) || text.Contains(TableName.Of(project, metric), StringComparison.Ordinal))
                {
                    found.Add((project, metric));
                }
            }
        }

        if (text.Contains(DeadLetterFields.Metric, StringComparison.Ordinal))
        {
            found.Add((DeadLetterFields.Project, DeadLetterFields.Metric));
        }

        return found;
    }

    // Quotes inside a quoted name are doubled or escaped.
    private static bool IsQuotedDifferently(string name) => name.AsSpan().ContainsAny('`', '"', '\\');
}
