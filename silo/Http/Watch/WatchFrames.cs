using Analytics.GrainInterfaces.Alerts;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Alerts;
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

        // Before the state, which has the id: whoever has the id has them.
        var alerts = Alerts(snapshot.Alerts);
        var changedAlerts = _last is null ? alerts : Alerts([.. snapshot.Alerts.Where(alert => !_last.Alerts.Contains(alert))]);
        _last = snapshot;
        return WatchFrame.Of(++_number, full, change, alerts, changedAlerts);
    }

    private bool IsKnown(FieldSnapshot field) => Array.Find(_last!.Fields, known => known.Name == field.Name) is { } last
        && last with { Top = null } == field with { Top = null }
        && (last.Top ?? []).AsSpan().SequenceEqual(field.Top ?? []);

    private static ReadOnlySpan<byte> Json(MetricSnapshot snapshot, IReadOnlyList<FieldSnapshot> fields) =>
        JsonAnswer.Bytes((snapshot, fields), static (json, state) => SnapshotJson.Write(json, state.snapshot, state.fields)).Span;

    private static byte[] Alerts(AlertStatus[] alerts) =>
        alerts.Length == 0 ? [] : [.. alerts.SelectMany(static alert => (byte[])[.. "event: alert\ndata: "u8, .. JsonAnswer.Bytes(alert, AlertJson.Write).Span, (byte)'\n', (byte)'\n'])];
}
