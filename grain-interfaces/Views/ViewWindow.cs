using Orleans;

namespace Analytics.GrainInterfaces.Views;

/// <summary>A window of a view.</summary>
/// <param name="StartMs">Its begin, UTC milliseconds since 1970.</param>
/// <param name="EndMs">Its end: times before it are in the window.</param>
/// <param name="IsClosed">Whether nothing is added to it any more: what comes now is late.</param>
/// <param name="Rows">Its groups, the largest first; none when there were no rows.</param>
[GenerateSerializer, Immutable, Alias("analytics.ViewWindow")]
public sealed record ViewWindow([property: Id(0)] long StartMs, [property: Id(1)] long EndMs, [property: Id(2)] bool IsClosed, [property: Id(3)] ViewRow[] Rows);
