using Orleans;

namespace Analytics.GrainInterfaces.Schema;

/// <summary>The type a field's column is to have, whatever its first values are.</summary>
/// <param name="Field">The field's name.</param>
/// <param name="Type">The type in short form (<c>Int64</c>, <c>LowCardinality(String)</c>, <c>Array(Float64)</c>), or as ClickHouse shows it.</param>
[GenerateSerializer, Immutable, Alias("analytics.FieldHint")]
public sealed record FieldHint([property: Id(0)] string Field, [property: Id(1)] string Type);
