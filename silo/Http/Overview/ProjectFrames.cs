using Analytics.Silo.Http.Answers;
using Analytics.Silo.Http.Watch;

namespace Analytics.Silo.Http.Overview;

/// <summary>Makes the frames of one project, one after the other.</summary>
internal sealed class ProjectFrames
{
    private HashSet<MetricReading> _last = [];
    private WatchFrame? _frame;

    /// <summary>The next frame; <see langword="null"/> when nothing has changed.</summary>
    public WatchFrame? Make(ProjectReading project, MetricReading[] metrics)
    {
        var full = Json(project, metrics);
        var frame = WatchFrame.Of((_frame?.Number ?? 0) + 1, full, Json(project, [.. metrics.Where(metric => !_last.Contains(metric))]));
        if (frame.Id == _frame?.Id)
        {
            return null;
        }

        _last = [.. metrics];
        return _frame = frame;
    }

    private static ReadOnlySpan<byte> Json(ProjectReading project, MetricReading[] metrics) =>
        JsonAnswer.Bytes((project, metrics), static (json, state) => OverviewJson.Write(json, state.project, state.metrics)).Span;
}
