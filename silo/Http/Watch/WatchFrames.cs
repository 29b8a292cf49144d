using Analytics.GrainInterfaces.Live;
using Analytics.Silo.Http.Answers;
using Analytics.Silo.Http.Read;

namespace Analytics.Silo.Http.Watch;

/// <summary>Makes the frames of one metric, one after the other.</summary>
internal sealed class WatchFrames
{
    private MetricSnapshot? _last;
    private long _number;

    /// <summary>The next frame.</summary>
    public WatchFrame Make(MetricSnapshot snapshot)
    {
        var full = Json(snapshot, snapshot.Fields);
        var change = _last is null ? full : Json(snapshot, [.. snapshot.Fields.Where(field => !IsKnown(field))]);
        _last = snapshot;
        return WatchFrame.Of(++_number, full, change);
    }

    private bool IsKnown(FieldSnapshot field) => Array.Find(_last!.Fields, known => known.Name == field.Name) is { } last
        && last with { Top = null } == field with { Top = null }
        && (last.Top ?? []).AsSpan().SequenceEqual(field.Top ?? []);

    private static ReadOnlySpan<byte> Json(MetricSnapshot snapshot, IReadOnlyList<FieldSnapshot> fields) =>
        JsonAnswer.Bytes((snapshot, fields), static (json, state) => SnapshotJson.Write(json, state.snapshot, state.fields)).Span;
}
