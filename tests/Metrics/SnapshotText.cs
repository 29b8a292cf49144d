using Analytics.GrainInterfaces.Live;

namespace Analytics.Tests.Metrics;

/// <summary>A snapshot as lines of text, every member but its age: what differs is then plain to see.</summary>
internal static class SnapshotText
{
    public static string Of(MetricSnapshot snapshot) => string.Join('\n', (string[])
    [
        $"{snapshot.Project} {snapshot.Metric} total {snapshot.Total} duplicates {snapshot.Duplicates} first {snapshot.FirstMs} last {snapshot.LastMs}",
        $"rate {snapshot.RateSecond} {snapshot.RateMinute} durable {snapshot.DurableRows} at {string.Join(' ', snapshot.DurablePositions)}",
        .. snapshot.Fields.Select(Of),
    ]);

    public static string Of(FieldSnapshot field) =>
        $"{field.Name}: {field.Type} count {field.Count} null {field.Null} conflicts {field.Conflicts} min {field.Min} max {field.Max} sum {field.Sum} " +
        $"avg {field.Avg} unique {field.Unique} top {(field.Top is null ? "none" : string.Join(' ', field.Top.Select(top => $"'{top.Value}'={top.Count}")))}";
}
