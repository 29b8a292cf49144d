using Analytics.Silo.Http.Read;
using Analytics.Silo.Http.Watch;

namespace Analytics.Silo.Http.Overview;

/// <summary>
/// <c>GET /v1/watch</c> and <c>/v1/projects/{p}/watch</c>: the server, and a project with its metrics, as server-sent events. A <c>snapshot</c> has everything, a <c>change</c> the
/// members at the top and those projects, or metrics, that are other than before.
/// </summary>
internal sealed class OverviewRoutes(OverviewWatch watch, ProjectRoutes projects, HttpOptions options, FrameStream stream)
{
    /// <summary>Answers with the server until the caller leaves or the server stops.</summary>
    public Task GetServerAsync(HttpContext context) => SendAsync(context, null);

    /// <summary>Answers with a project until the caller leaves or the server stops.</summary>
    public async Task GetProjectAsync(HttpContext context, string projectValue)
    {
        if (await projects.FindAsync(context, projectValue) is { } project)
        {
            await SendAsync(context, project);
        }
    }

    private async Task SendAsync(HttpContext context, string? project)
    {
        if (!watch.TryOpen(project, out var source))
        {
            await WatchProblems.TooMany(options).WriteAsync(context);
            return;
        }

        try
        {
            await stream.SendAsync(context, source);
        }
        finally
        {
            watch.Close(project);
        }
    }
}
