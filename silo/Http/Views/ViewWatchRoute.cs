using Analytics.GrainInterfaces;
using Analytics.Silo.Http.Read;
using Analytics.Silo.Http.Watch;

namespace Analytics.Silo.Http.Views;

/// <summary><c>GET …/views/{view}/watch</c>: a view as server-sent events; a change has the windows that are other than before.</summary>
internal sealed class ViewWatchRoute(WatchStream stream, IActors actors)
{
    /// <summary>Answers until the caller leaves or the server stops. A view that is ended meanwhile says nothing more; one that is made again goes on.</summary>
    public async Task GetAsync(HttpContext context, string projectValue, string metricValue, string view)
    {
        if (await MetricRoutes.ReadAddressAsync(context, projectValue, metricValue) is not (var project, var metric))
        {
            return;
        }

        var actor = actors.Metric(project, metric);
        if (!(await actor.GetSettingsAsync()).Views.Any(other => other.Name == view))
        {
            await ViewsRoute.Unknown(project, metric, view).WriteAsync(context);
            return;
        }

        var frames = new ViewFrames();
        await stream.SendAsync(context, WatchSource.Of(
            $"{MetricKey.Of(project, metric)}\n{view}", cancellationToken => actor.WatchViewAsync(view, stream.Interval, cancellationToken), frames.Make));
    }
}
