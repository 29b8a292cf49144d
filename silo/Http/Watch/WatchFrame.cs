using System.Globalization;
using System.Text;
using Analytics.Grains.Live.Sketches;

namespace Analytics.Silo.Http.Watch;

/// <summary>A live state as server-sent events, made once for all who watch.</summary>
/// <param name="Number">One more than that of the frame before.</param>
/// <param name="Id">The same for the same state, whichever server says it.</param>
/// <param name="Snapshot">An event with all of it.</param>
/// <param name="Change">An event with what is other than in the frame before.</param>
internal sealed record WatchFrame(long Number, string Id, byte[] Snapshot, byte[] Change)
{
    /// <summary>A frame of JSON.</summary>
    /// <param name="number">One more than that of the frame before.</param>
    /// <param name="full">All of the state.</param>
    /// <param name="change">What is other than in the frame before.</param>
    /// <param name="events">Whole events that come before the state, which has the id: whoever has the id has them.</param>
    /// <param name="changedEvents">Those of them that are other than in the frame before.</param>
    public static WatchFrame Of(
        long number, ReadOnlySpan<byte> full, ReadOnlySpan<byte> change, ReadOnlySpan<byte> events = default, ReadOnlySpan<byte> changedEvents = default)
    {
        var id = ValueHash.Of([.. events, .. full]).ToString("x16", CultureInfo.InvariantCulture);
        return new WatchFrame(number, id, [.. events, .. Event("snapshot", id, full)], [.. changedEvents, .. Event("change", id, change)]);
    }

    // JSON has no line ends, so one line of data is enough.
    private static byte[] Event(string name, string id, ReadOnlySpan<byte> json) => [.. Encoding.ASCII.GetBytes($"event: {name}\nid: {id}\ndata: "), .. json, (byte)'\n', (byte)'\n'];
}
