using Analytics.Grains.Columns;
using Analytics.Grains.Live;
using Analytics.Grains.Live.Snapshot;

namespace Analytics.Tests.Live;

/// <summary>Everything a live state knows, as lines of text: what differs is then plain to see. Of the rates, what can be seen from now on.</summary>
internal static class StateText
{
    public static string Of(LiveMetric live, IReadOnlyList<TableColumn> columns, long nowMs) => string.Join('\n', (string[])
    [
        $"total {live.Total} first {live.FirstMs} last {live.LastMs}",
        $"ends {string.Join(' ', live.Ends.OrderBy(end => end.Key))}",
        $"extra {string.Join(' ', live.Extra.OrderBy(pair => pair.Key, StringComparer.Ordinal))}",
        $"seconds {Rates(live.Seconds, nowMs)}",
        $"windows {Windows(live)}",
        .. live.Fields.Select((field, i) => $"{columns[i].Name}: {field.Type} {Hex(field)}"),
    ]);

    /// <summary>What is known of rows by event time, as of now.</summary>
    public static string Windows(LiveMetric live)
    {
        var nowMs = live.Windows.Advance();
        return $"late {live.Windows.Late} " + string.Join(
            ' ', live.Windows.Rings.Select(ring => string.Join(',', ring.Counted(nowMs))));
    }

    private static string Rates(RateRing ring, long nowMs) =>
        string.Join(',', Enumerable.Range(1, ring.SlotCount - 1).Select(slots => ring.SumBefore(nowMs, slots)));

    /// <summary>What a field saves.</summary>
    public static string Hex(LiveField field)
    {
        var writer = new SnapshotWriter();
        field.Save(writer);
        return Convert.ToHexString(writer.Written);
    }
}
