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
    public static WatchFrame Of(long number, ReadOnlySpan<byte> full, ReadOnlySpan<byte> change)
    {
        var id = ValueHash.Of(full).ToString("x16", CultureInfo.InvariantCulture);
        return new WatchFrame(number, id, Event("snapshot", id, full), Event("change", id, change));
    }

    // JSON has no line ends, so one line of data is enough.
    private static byte[] Event(string name, string id, ReadOnlySpan<byte> json) => [.. Encoding.ASCII.GetBytes($"event: {name}\nid: {id}\ndata: "), .. json, (byte)'\n', (byte)'\n'];
}
