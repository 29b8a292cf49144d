using System.Globalization;
using System.Text;
using Analytics.Grains.Live.Sketches;
using Analytics.Silo.Http.Watch;

namespace Analytics.Silo.Http.Overview;

/// <summary>Makes frames of JSON.</summary>
internal static class FrameText
{
    /// <summary>A frame.</summary>
    /// <param name="number">One more than that of the frame before.</param>
    /// <param name="full">All of the state.</param>
    /// <param name="change">What is other than before.</param>
    public static WatchFrame Of(long number, ReadOnlySpan<byte> full, ReadOnlySpan<byte> change)
    {
        var id = ValueHash.Of(full).ToString("x16", CultureInfo.InvariantCulture);
        return new WatchFrame(number, id, Event("snapshot", id, full), Event("change", id, change));
    }

    // JSON has no line ends, so one line of data is enough.
    private static byte[] Event(string name, string id, ReadOnlySpan<byte> json) => [.. Encoding.ASCII.GetBytes($"event: {name}\nid: {id}\ndata: "), .. json, (byte)'\n', (byte)'\n'];
}
