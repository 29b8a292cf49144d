using Orleans;

namespace Analytics.GrainInterfaces.Schema;

/// <summary>A field's column.</summary>
/// <param name="Name">The field's name, unquoted.</param>
/// <param name="Type">The column's type in short form, as in the live snapshot.</param>
/// <param name="ClickHouseType">The column's type in ClickHouse, for example <c>Nullable(Int64)</c>.</param>
/// <param name="Conflicts">Rows whose value the column could not take; it is in <c>_extra</c>.</param>
/// <param name="InTable">Whether the table has the column already; false between a field's first value and the next insert.</param>
[GenerateSerializer, Immutable, Alias("analytics.SchemaColumn")]
public sealed record SchemaColumn(
    [property: Id(0)] string Name,
    [property: Id(1)] string Type,
    [property: Id(2)] string ClickHouseType,
    [property: Id(3)] long Conflicts,
    [property: Id(4)] bool InTable);
