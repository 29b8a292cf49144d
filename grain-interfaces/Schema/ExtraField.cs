using Orleans;

namespace Analytics.GrainInterfaces.Schema;

/// <summary>A field whose values have no column.</summary>
/// <param name="Name">The field's name.</param>
/// <param name="Count">Rows with a value for it in <c>_extra</c>.</param>
/// <param name="Reason">Why there is no column: <c>reserved_name</c>, <c>columns_max</c>, <c>empty_array</c>, <c>foreign_column</c>, <c>schema_frozen</c> or <c>alias</c>.</param>
[GenerateSerializer, Immutable, Alias("analytics.ExtraField")]
public sealed record ExtraField([property: Id(0)] string Name, [property: Id(1)] long Count, [property: Id(2)] string Reason);
