using Orleans;

namespace Analytics.GrainInterfaces.Live;

/// <summary>A value and how often it occurs.</summary>
/// <param name="Value">The value as text.</param>
/// <param name="Count">Number of rows with it; where there is an <see cref="Error"/>, not more than that.</param>
[GenerateSerializer, Immutable, Alias("analytics.TopValue")]
public readonly record struct TopValue([property: Id(0)] string Value, [property: Id(1)] long Count)
{
    /// <summary>By how much the count is too high at most, with a probability of 98 %; <see langword="null"/> when it is exact.</summary>
    [Id(2)]
    public long? Error { get; init; }
}
