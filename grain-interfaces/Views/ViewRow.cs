using Analytics.GrainInterfaces.Live;
using Orleans;

namespace Analytics.GrainInterfaces.Views;

/// <summary>One group of one window.</summary>
/// <param name="Group">The values it is of, in the order of <see cref="ViewDefinition.GroupBy"/>; <see langword="null"/> where rows have none. Empty for the others.</param>
/// <param name="IsOther">Whether it is all groups beyond the limit.</param>
/// <param name="Values">One for each aggregate; <see langword="null"/> where there is none, as an average of nothing.</param>
[GenerateSerializer, Immutable, Alias("analytics.ViewRow")]
public sealed record ViewRow([property: Id(0)] JsonScalar?[] Group, [property: Id(1)] bool IsOther, [property: Id(2)] JsonScalar?[] Values);
