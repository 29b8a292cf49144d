namespace Analytics.Tests.Faults;

/// <summary>What live state or table says of one field; numbers as text, <see langword="null"/> for what the type does not have.</summary>
internal sealed record FieldFacts
{
    /// <summary>Rows with a value.</summary>
    public required long Count { get; init; }

    /// <summary>Rows without one.</summary>
    public required long Null { get; init; }

    /// <summary>Rows whose value fits no column.</summary>
    public required long Conflicts { get; init; }

    /// <summary>Smallest value.</summary>
    public string? Min { get; init; }

    /// <summary>Largest value.</summary>
    public string? Max { get; init; }

    /// <summary>Sum of the values.</summary>
    public string? Sum { get; init; }
}
