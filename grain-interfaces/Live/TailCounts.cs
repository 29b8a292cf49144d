using Orleans;

namespace Analytics.GrainInterfaces.Live;

/// <summary>The newest part of rows by event time. Every row that was taken and is older than that is in the table.</summary>
/// <param name="FromMs">Where it begins, UTC milliseconds since 1970: the watermark between table and live state.</param>
/// <param name="Counts">A count a slot, from there on.</param>
[GenerateSerializer, Immutable, Alias("analytics.TailCounts")]
public sealed record TailCounts([property: Id(0)] long FromMs, [property: Id(1)] long[] Counts);
