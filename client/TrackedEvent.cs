namespace Analytics.Client;

/// <summary>One thing that happened.</summary>
/// <param name="Project">The project, <c>[a-z][a-z0-9_]{0,62}</c>.</param>
/// <param name="Metric">The metric, 1-128 bytes of UTF-8.</param>
/// <param name="Fields">What System.Text.Json writes as an object: a dictionary, a record, an anonymous object. Nested objects are joined with <c>_</c>.</param>
public sealed record TrackedEvent(string Project, string Metric, object Fields)
{
    /// <summary>When it happened; without it, when the server received it.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Makes sending it again harmless: a second event of the metric with the same id is dropped. At most 128 bytes.</summary>
    public string? Id { get; init; }
}
