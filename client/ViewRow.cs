using System.Text.Json;
using System.Text.Json.Serialization;

namespace Analytics.Client;

/// <summary>One group of one window.</summary>
public sealed record ViewRow
{
    /// <summary>The values it is of, by field; <see langword="null"/> for the others.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Group { get; init; }

    /// <summary>Whether it is all groups beyond the limit.</summary>
    public bool Other { get; init; }

    /// <summary>What is shown of it, by <see cref="ViewAggregate.Name"/>.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement> Values { get; init; } = [];

    /// <summary>A value as a number; <see langword="null"/> when there is none.</summary>
    /// <param name="name"><see cref="ViewAggregate.Name"/>, for example <c>sum(amount)</c>.</param>
    public double? Number(string name) => Values.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    /// <summary>A value of the group as text; <see langword="null"/> where rows have none.</summary>
    public string? GroupText(string field) => Group is not null && Group.TryGetValue(field, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;
}
