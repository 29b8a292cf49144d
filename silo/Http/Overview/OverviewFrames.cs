using Analytics.Silo.Http.Answers;
using Analytics.Silo.Http.Watch;

namespace Analytics.Silo.Http.Overview;

/// <summary>Makes the frames of the whole server, one after the other.</summary>
internal sealed class OverviewFrames
{
    private HashSet<ProjectReading> _last = [];
    private long _number;

    /// <summary>The next frame.</summary>
    public WatchFrame Make(OverviewReading reading)
    {
        var change = Json(reading, [.. reading.Projects.Where(project => !_last.Contains(project))]);
        _last = [.. reading.Projects];
        return WatchFrame.Of(++_number, Json(reading, reading.Projects), change);
    }

    private static ReadOnlySpan<byte> Json(OverviewReading reading, ProjectReading[] projects) =>
        JsonAnswer.Bytes((reading, projects), static (json, state) => OverviewJson.Write(json, state.reading, state.projects)).Span;
}
