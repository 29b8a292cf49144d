using Analytics.GrainInterfaces;
using Analytics.Silo.Http.Read;

namespace Analytics.Silo.Http.Watch;

/// <summary>
/// <c>GET /v1/projects/{p}/metrics/{m}/watch</c>: the live state as server-sent events; a change has the members at the top and the fields that are other than before.
/// </summary>
internal sealed class WatchRoute(WatchStream stream, MetricRoutes metrics, IActors actors)
{
    /// <summary>Answers until the caller leaves or the server stops.</summary>
    public async Task GetAsync(HttpContext context, string projectValue, string metricValue)
    {
        if (await metrics.FindAsync(context, projectValue, metricValue, static actor => actor.GetSnapshotAsync()) is var (project, metric, _))
        {
            var frames = new WatchFrames();
            await stream.SendAsync(context, WatchSource.Of(
                MetricKey.Of(project, metric), cancellationToken => actors.Metric(project, metric).WatchAsync(stream.Interval, cancellationToken), frames.Make));
        }
    }
}
