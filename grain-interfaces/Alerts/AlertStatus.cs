using Orleans;

namespace Analytics.GrainInterfaces.Alerts;

/// <summary>An alert as of now.</summary>
/// <param name="Project">The project.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Definition">What it is, without its secret.</param>
/// <param name="IsRaised">Whether it is raised; that is durable.</param>
/// <param name="SinceMs">Since when it is or is not, UTC milliseconds since 1970.</param>
/// <param name="Value">The number; <see langword="null"/> when there is none.</param>
/// <param name="Threshold">What it is compared with; <see langword="null"/> when an unusual number cannot be told yet.</param>
/// <param name="Message">What is so, for people.</param>
[GenerateSerializer, Immutable, Alias("analytics.AlertStatus")]
public sealed record AlertStatus(
    [property: Id(0)] string Project,
    [property: Id(1)] string Metric,
    [property: Id(2)] AlertDefinition Definition,
    [property: Id(3)] bool IsRaised,
    [property: Id(4)] long SinceMs,
    [property: Id(5)] double? Value,
    [property: Id(6)] double? Threshold,
    [property: Id(7)] string Message);
