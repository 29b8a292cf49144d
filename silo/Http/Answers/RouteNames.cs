using System.Diagnostics.CodeAnalysis;
using System.Text;
using Analytics.GrainInterfaces.Batches;
using Analytics.Silo.Ingest.Decode;
using Microsoft.AspNetCore.Http.Features;

namespace Analytics.Silo.Http.Answers;

/// <summary>
/// The project and metric of an address <c>/v1/projects/{p}/metrics/{m}</c>. A metric's name may hold any character, a slash too (<c>%2F</c>).
/// The server decodes every escape of a path but <c>%2F</c>, so a value with a percent sign is ambiguous and read again from the raw address.
/// </summary>
internal static class RouteNames
{
    private const int ProjectSegment = 3;
    private const int MetricSegment = 5;

    // A valid metric name, to check a project's name on its own.
    private const string AnyMetric = "any";

    /// <summary>The project as the caller wrote it.</summary>
    public static string Project(HttpContext context, string routeValue) => Exact(context, routeValue, ProjectSegment);

    /// <summary>The metric as the caller wrote it.</summary>
    public static string Metric(HttpContext context, string routeValue) => Exact(context, routeValue, MetricSegment);

    /// <summary>Whether the project may be read: it has a valid name, or is our own <c>analytics</c> where <paramref name="metric"/> is a system table.</summary>
    public static bool AreReadable(string project, string metric, [NotNullWhen(false)] out Problem? problem)
    {
        problem = null;
        if (project == DeadLetterFields.Project && metric == DeadLetterFields.Metric)
        {
            return true;
        }

        var error = EventNames.Check(Encoding.UTF8.GetBytes(project), Encoding.UTF8.GetBytes(metric));
        if (error is null)
        {
            return true;
        }

        problem = new Problem(StatusCodes.Status400BadRequest, error.Code, error.Message);
        return false;
    }

    /// <summary>The project of an address without a metric; <see langword="null"/> when the request has been answered with a problem.</summary>
    public static async Task<string?> ReadProjectAsync(HttpContext context, string routeValue)
    {
        var project = Project(context, routeValue);
        if (AreReadable(project, AnyMetric, out var problem))
        {
            return project;
        }

        await problem.WriteAsync(context);
        return null;
    }

    private static string Exact(HttpContext context, string routeValue, int index)
    {
        if (!routeValue.Contains('%', StringComparison.Ordinal))
        {
            return routeValue;
        }

        var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? string.Empty;
        var path = raw.AsSpan();
        if (Uri.TryCreate(raw, UriKind.Absolute, out var absolute) && absolute.Scheme is "http" or "https")
        {
            // The absolute form, which proxies send.
            path = path[(raw.IndexOf("//", StringComparison.Ordinal) + 2)..];
            path = path[Math.Max(0, path.IndexOf('/'))..];
        }

        var end = path.IndexOfAny('?', '#');
        var segments = path[..(end < 0 ? path.Length : end)].ToString().Split('/');
        return index < segments.Length ? Uri.UnescapeDataString(segments[index]) : routeValue;
    }
}
