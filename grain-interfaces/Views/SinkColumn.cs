using Orleans;

namespace Analytics.GrainInterfaces.Views;

/// <summary>A column of a sink's table that has a name of its own.</summary>
/// <param name="Source">What is written to it: a field of the group, an aggregate as <c>sum(amount)</c>, <c>window_start</c>, <c>window_end</c> or <c>other</c>.</param>
/// <param name="Column">The column's name.</param>
[GenerateSerializer, Immutable, Alias("analytics.SinkColumn")]
public sealed record SinkColumn([property: Id(0)] string Source, [property: Id(1)] string Column);
