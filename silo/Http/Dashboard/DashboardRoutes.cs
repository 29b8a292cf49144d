using Analytics.Silo.Http.Answers;
using Analytics.Silo.Http.Server;
using Microsoft.Net.Http.Headers;

namespace Analytics.Silo.Http.Dashboard;

/// <summary><c>GET /</c> and <c>/dashboard/…</c>: the page for browsers and its files, all from this server.</summary>
internal sealed class DashboardRoutes(DashboardFiles files)
{
    /// <summary>
    /// Scripts and styles come from files of this server alone, and no text ever becomes markup: whatever a metric or a value is called, it is shown, not run.
    /// </summary>
    internal const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'";

    /// <summary>Answers browsers with the dashboard, and others with the list of routes.</summary>
    public Task GetHomeAsync(HttpContext context)
    {
        context.Response.Headers.Vary = HeaderNames.Accept;
        return WantsPage(context.Request) && files.Find(DashboardFiles.Page) is { } page ? SendAsync(context, page) : HomePage.GetAsync(context);
    }

    /// <summary>Answers with a file.</summary>
    public Task GetFileAsync(HttpContext context, string path) => files.Find(path) is { } file
        ? SendAsync(context, file)
        : new Problem(StatusCodes.Status404NotFound, ProblemCodes.RouteUnknown, $"The dashboard has no file '{path}'.").WriteAsync(context);

    private static bool WantsPage(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(static accepted => accepted.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));

    private static Task SendAsync(HttpContext context, DashboardFile file)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";

        // Asked for each time and mostly answered with 304: after an update nobody has half of the old page.
        headers.CacheControl = "no-cache";
        headers.ETag = file.ETag;
        headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        if (context.Request.Headers.IfNoneMatch.ToString().Contains(file.ETag, StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        var takesBrotli = context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal);
        if (takesBrotli)
        {
            headers.ContentEncoding = "br";
        }

        return JsonAnswer.WriteBytesAsync(context, file.ContentType, takesBrotli ? file.Brotli : file.Bytes);
    }
}
