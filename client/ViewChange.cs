using System.Text.Json;

namespace Analytics.Client;

/// <summary>What the server says of a view that has changed.</summary>
internal sealed record ViewChange
{
    /// <summary>What the view shows; only in a whole state.</summary>
    public JsonElement? Aggregates { get; init; }

    /// <summary>Rows that came too late for their windows.</summary>
    public long Late { get; init; }

    /// <summary>The windows that are other than before.</summary>
    public IReadOnlyList<ViewWindow> Windows { get; init; } = [];

    /// <summary>Whether it is a whole state.</summary>
    public bool IsWhole => Aggregates is not null;
}
