namespace Analytics.Grains.Columns;

/// <summary>A field's column in a table, as the table has it now.</summary>
/// <param name="Name">Unquoted name, the same as the field's.</param>
/// <param name="Type">Its type.</param>
public sealed record TableColumn(string Name, ColumnType Type);
