using Orleans;

namespace Analytics.GrainInterfaces.Live;

/// <summary>A value and how often it occurs.</summary>
/// <param name="Value">The value as text.</param>
/// <param name="Count">Number of rows with it, exact.</param>
[GenerateSerializer, Immutable, Alias("analytics.TopValue")]
public readonly record struct TopValue([property: Id(0)] string Value, [property: Id(1)] long Count);
