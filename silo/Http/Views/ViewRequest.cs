using System.Text.Json;

namespace Analytics.Silo.Http.Views;

/// <summary>The body of <c>PUT …/views/{view}</c>.</summary>
internal sealed record ViewRequest
{
    /// <summary>Fields by whose values rows are grouped.</summary>
    public string[]? GroupBy { get; init; }

    /// <summary>Length of a window: <c>2s</c>, <c>1m</c>.</summary>
    public string? Window { get; init; }

    /// <summary>Between the begins of two windows; without it they follow each other.</summary>
    public string? Every { get; init; }

    /// <summary>What is shown: <c>[{"sum":"amount"},{"count":true}]</c>.</summary>
    public Dictionary<string, JsonElement>[]? Aggregates { get; init; }

    /// <summary>Which rows count.</summary>
    public string? Where { get; init; }

    /// <summary>Groups of a window at most.</summary>
    public int? Groups { get; init; }

    /// <summary>Where closed windows are written to: <c>["clickhouse",{"postgres":{"table":"flow","columns":{"window_end":"curr_time"}}}]</c>.</summary>
    public JsonElement[]? Sinks { get; init; }
}
