using Orleans;

namespace Analytics.GrainInterfaces.Schema;

/// <summary>A field that goes by another name now: its values go to the column of <paramref name="Column"/>.</summary>
/// <param name="Field">The name in events.</param>
/// <param name="Column">The column's name. An event that has both keeps its own value there; the other stays under its own name.</param>
[GenerateSerializer, Immutable, Alias("analytics.FieldAlias")]
public sealed record FieldAlias([property: Id(0)] string Field, [property: Id(1)] string Column);
