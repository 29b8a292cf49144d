using System.Text.Json;

namespace Analytics.Client;

/// <summary>A metric's rows in windows of event time and in groups, kept live by the server.</summary>
public sealed record ViewDefinition
{
    /// <summary>Fields by whose values rows are grouped, 0-4.</summary>
    public IReadOnlyList<string> GroupBy { get; init; } = [];

    /// <summary>Length of a window, <c>1s</c> to <c>30d</c>.</summary>
    public required string Window { get; init; }

    /// <summary>Windows begin this often; without it they follow each other.</summary>
    public string? Every { get; init; }

    /// <summary>What is shown of each group, 1-16.</summary>
    public required IReadOnlyList<ViewAggregate> Aggregates { get; init; }

    /// <summary>Which rows count, for example <c>amount > 10 AND NOT ok = true</c>.</summary>
    public string? Where { get; init; }

    /// <summary>Groups of a window at most, 1-10,000; the server's default is 1,000.</summary>
    public int? Groups { get; init; }

    /// <summary>Where closed windows are written: names as <c>"clickhouse"</c>, or objects of one member with the sink's settings.</summary>
    public IReadOnlyList<JsonElement>? Sinks { get; init; }
}
