using System.Text.Json;

namespace Analytics.Client;

/// <summary>What is known of one field. Members that a type has no meaning for are <see langword="null"/>.</summary>
public sealed record FieldState
{
    /// <summary><c>Int64</c>, <c>Float64</c>, <c>Bool</c>, <c>DateTime</c>, <c>String</c>, <c>Array(…)</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Events with a value.</summary>
    public required long Count { get; init; }

    /// <summary>Events without one.</summary>
    public required long Null { get; init; }

    /// <summary>Events whose value the column could not take.</summary>
    public required long Conflicts { get; init; }

    /// <summary>Smallest value: a number, or a time as a string. Raw JSON, since an integer sum can be larger than any number type.</summary>
    public JsonElement? Min { get; init; }

    /// <summary>Largest value.</summary>
    public JsonElement? Max { get; init; }

    /// <summary>Sum of all values.</summary>
    public JsonElement? Sum { get; init; }

    /// <summary>Average of all values.</summary>
    public JsonElement? Avg { get; init; }

    /// <summary>The median: exact up to 256 different values, within 1 % beyond that. Numbers only, as the following two.</summary>
    public JsonElement? P50 { get; init; }

    /// <summary>What nine of ten values do not exceed, within 1 %.</summary>
    public JsonElement? P90 { get; init; }

    /// <summary>What 99 of 100 values do not exceed, within 1 %.</summary>
    public JsonElement? P99 { get; init; }

    /// <summary>Number of different values: exact up to 1,000 texts or 256 numbers, within 1.6 % (standard error) beyond that.</summary>
    public long? Unique { get; init; }

    /// <summary>The most frequent values, most frequent first. Exact up to 1,000 texts or 256 numbers; beyond that of texts and integers, with an
    /// <see cref="ValueCount.Error"/>.</summary>
    public IReadOnlyList<ValueCount>? Top { get; init; }
}
