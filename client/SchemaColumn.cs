namespace Analytics.Client;

/// <summary>A column of a metric's table.</summary>
/// <param name="Name">The field's name.</param>
/// <param name="Type"><c>Int64</c>, <c>Float64</c>, <c>Bool</c>, <c>DateTime</c>, <c>String</c>, <c>Array(…)</c>.</param>
/// <param name="ClickhouseType">The type in the table.</param>
/// <param name="Conflicts">Values it could not take.</param>
/// <param name="InTable">Whether the table has it already.</param>
public sealed record SchemaColumn(string Name, string Type, string ClickhouseType, long Conflicts, bool InTable);
