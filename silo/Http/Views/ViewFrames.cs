using Analytics.GrainInterfaces.Views;
using Analytics.Silo.Http.Answers;
using Analytics.Silo.Http.Watch;

namespace Analytics.Silo.Http.Views;

/// <summary>Makes the frames of one view, one after the other. Each window is written once, for the whole of it and for the change.</summary>
internal sealed class ViewFrames
{
    private Dictionary<long, byte[]> _last = [];
    private string? _definition;
    private long _number;

    /// <summary>The next frame: a change has the windows that are other than before, and those before the first window of a snapshot are gone.</summary>
    public WatchFrame Make(ViewSnapshot snapshot)
    {
        var windows = snapshot.Windows.ToDictionary(
            window => window.StartMs, window => JsonAnswer.Bytes((snapshot.Definition, window), static (json, state) => ViewJson.Write(json, state.Definition, state.window)).ToArray());
        var full = Json(snapshot, windows.Values, isWhole: true);
        var definition = Convert.ToHexString(JsonAnswer.Bytes(snapshot.Definition, ViewJson.Write).Span);
        var change = _definition != definition ? full : Json(snapshot, windows.Where(IsOther).Select(pair => pair.Value), isWhole: false);
        (_last, _definition) = (windows, definition);
        return WatchFrame.Of(++_number, full, change);
    }

    private bool IsOther(KeyValuePair<long, byte[]> window) => !_last.TryGetValue(window.Key, out var last) || !last.AsSpan().SequenceEqual(window.Value);

    private static byte[] Json(ViewSnapshot snapshot, IEnumerable<byte[]> windows, bool isWhole) =>
        JsonAnswer.Bytes((snapshot, windows, isWhole), static (json, state) => ViewJson.Write(json, state.snapshot, state.windows, state.isWhole)).ToArray();
}
