using Orleans;

namespace Analytics.GrainInterfaces.Batches;

/// <summary>What a batch that holds a traced event carries, so that its way can be read in one trace. Batches without one, nearly all, carry nothing.</summary>
/// <param name="Spans">W3C <c>traceparent</c> texts of the spans the batch comes from: the first is continued, the others, one a further traced record, are linked.</param>
/// <param name="SinceTicks">When the last of those spans ended, UTC ticks: what passes from there is the time on the way.</param>
[GenerateSerializer, Immutable, Alias("analytics.BatchTrace")]
public sealed record BatchTrace([property: Id(0)] string[] Spans, [property: Id(1)] long SinceTicks);
