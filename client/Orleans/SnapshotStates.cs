using System.Text.Json;
using Analytics.GrainInterfaces.Live;

namespace Analytics.Client.Orleans;

/// <summary>What actors say, as the client says it.</summary>
internal static class SnapshotStates
{
    /// <summary>A metric's live state.</summary>
    public static MetricState Of(MetricSnapshot snapshot) => new()
    {
        Project = snapshot.Project,
        Metric = snapshot.Metric,
        Total = snapshot.Total,
        Duplicates = snapshot.Duplicates,
        Late = snapshot.Late,
        First = TimeOf(snapshot.FirstMs),
        Last = TimeOf(snapshot.LastMs),
        Rate = new EventRate(snapshot.RateSecond, snapshot.RateMinute),
        Durable = new DurableState(snapshot.DurableRows, snapshot.DurablePositions.ToDictionary(position => position.Partition, position => position.Offset), snapshot.Drift),
        FreshnessMs = snapshot.FreshnessMs,
        Fields = snapshot.Fields.ToDictionary(field => field.Name, Of, StringComparer.Ordinal),
    };

    /// <summary>A metric's columns.</summary>
    public static MetricSchema Of(GrainInterfaces.Schema.MetricSchema schema) => new()
    {
        Project = schema.Project,
        Metric = schema.Metric,
        Table = schema.Table,
        Version = schema.Version,
        Columns = [.. schema.Columns.Select(column => new SchemaColumn(column.Name, column.Type, column.ClickHouseType, column.Conflicts, column.InTable))],
        Extra = [.. schema.Extra.Select(field => new ExtraField(field.Name, field.Count, field.Reason))],
        Frozen = schema.Settings.Schema.IsFrozen,
    };

    private static FieldState Of(FieldSnapshot field) => new()
    {
        Type = field.Type,
        Count = field.Count,
        Null = field.Null,
        Conflicts = field.Conflicts,
        Min = ElementOf(field.Min),
        Max = ElementOf(field.Max),
        Sum = ElementOf(field.Sum),
        Avg = ElementOf(field.Avg),
        P50 = ElementOf(field.P50),
        P90 = ElementOf(field.P90),
        P99 = ElementOf(field.P99),
        Unique = field.Unique,
        Top = field.Top is { } top ? [.. top.Select(value => new ValueCount(value.Value, value.Count) { Error = value.Error })] : null,
    };

    private static DateTimeOffset? TimeOf(long? unixMs) => unixMs is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    private static JsonElement? ElementOf(JsonScalar? scalar) => scalar is { } value ? JsonSerializer.Deserialize<JsonElement>(value.Text) : null;
}
