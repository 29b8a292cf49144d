using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Live.Sketches;

namespace Analytics.Tests.Metrics;

/// <summary>A snapshot as lines of text, every member but its age: what differs is then plain to see.</summary>
internal static class SnapshotText
{
    public static string Of(MetricSnapshot snapshot) => string.Join('\n', (string[])
    [
        $"{snapshot.Project} {snapshot.Metric} total {snapshot.Total} duplicates {snapshot.Duplicates} late {snapshot.Late} first {snapshot.FirstMs} last {snapshot.LastMs}",
        $"rate {snapshot.RateSecond} {snapshot.RateMinute} durable {snapshot.DurableRows} at {string.Join(' ', snapshot.DurablePositions)}",
        .. snapshot.Fields.Select(Of),
    ]);

    public static string Of(FieldSnapshot field) =>
        $"{field.Name}: {field.Type} count {field.Count} null {field.Null} conflicts {field.Conflicts} min {field.Min} max {field.Max} sum {field.Sum} " +
        $"avg {field.Avg} {(IsExact(field) ? $"unique {field.Unique} top {string.Join(' ', (field.Top ?? []).Select(top => $"'{top.Value}'={top.Count}"))}" : "many values")}";

    // Estimates are other tests' concern; here the bound stays clear of where they begin.
    private static bool IsExact(FieldSnapshot field) => field.Unique is null or < NumberTally.ValuesMax * 3 / 4;
}
