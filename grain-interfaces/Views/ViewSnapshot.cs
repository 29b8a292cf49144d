using Orleans;

namespace Analytics.GrainInterfaces.Views;

/// <summary>A view as of one moment.</summary>
/// <param name="Definition">What it is.</param>
/// <param name="Late">Rows that came too late for their windows since the view was made or its metric became active.</param>
/// <param name="Windows">The newest windows, the newest last, from the first one with rows on.</param>
[GenerateSerializer, Immutable, Alias("analytics.ViewSnapshot")]
public sealed record ViewSnapshot([property: Id(0)] ViewDefinition Definition, [property: Id(1)] long Late, [property: Id(2)] ViewWindow[] Windows);
