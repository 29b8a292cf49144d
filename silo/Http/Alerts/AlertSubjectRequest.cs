using System.Text.Json;

namespace Analytics.Silo.Http.Alerts;

/// <summary>The number that an alert is on, as a body has it.</summary>
internal sealed record AlertSubjectRequest
{
    /// <summary>All events.</summary>
    public bool? Total { get; init; }

    /// <summary><c>second</c> or <c>minute</c>.</summary>
    public string? Rate { get; init; }

    /// <summary>A field.</summary>
    public string? Field { get; init; }

    /// <summary>Which number of the field.</summary>
    public string? Value { get; init; }

    /// <summary><c>minute</c> or <c>hour</c>.</summary>
    public string? Window { get; init; }

    /// <summary>A view.</summary>
    public string? View { get; init; }

    /// <summary>Which aggregate of the view.</summary>
    public string? Aggregate { get; init; }

    /// <summary>Which group of the view.</summary>
    public JsonElement[]? Group { get; init; }
}
