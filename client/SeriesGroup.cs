namespace Analytics.Client;

/// <summary>One of a metric's series.</summary>
public sealed record SeriesGroup
{
    /// <summary>The value of the field it is of; <see langword="null"/> without groups, for rows without a value, and for all others.</summary>
    public string? Group { get; init; }

    /// <summary>Whether it is of all values that have no series of their own.</summary>
    public bool Other { get; init; }

    /// <summary>Begins of intervals with rows, in order.</summary>
    public required IReadOnlyList<SeriesPoint> Points { get; init; }
}
