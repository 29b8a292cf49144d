using Orleans;

namespace Analytics.GrainInterfaces.Alerts;

/// <summary>The number that an alert is on.</summary>
[GenerateSerializer, Immutable, Alias("analytics.AlertSubject")]
public sealed record AlertSubject
{
    /// <summary>Which number.</summary>
    [Id(0)]
    public required AlertSubjectKind Kind { get; init; }

    /// <summary>The field or the view; <see langword="null"/> where there is none.</summary>
    [Id(1)]
    public string? Name { get; init; }

    /// <summary>Of a field <c>count</c>, <c>null</c>, <c>conflicts</c>, <c>min</c>, <c>max</c>, <c>sum</c>, <c>avg</c>, <c>p50</c>, <c>p90</c>, <c>p99</c> or <c>unique</c>;
    /// of a view one of its aggregates, as <c>sum(amount)</c>.</summary>
    [Id(2)]
    public string? Value { get; init; }

    /// <summary>Of a view the values of one group, each as JSON; <see langword="null"/> for any group.</summary>
    [Id(3)]
    public string?[]? Group { get; init; }
}
