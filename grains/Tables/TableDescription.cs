using Analytics.Grains.Columns;

namespace Analytics.Grains.Tables;

/// <summary>What a table has, read back from the server.</summary>
/// <param name="Columns">Columns that fields can use, in the table's order.</param>
/// <param name="ForeignNames">Other columns: somebody else made them, with types no field can have.</param>
internal sealed record TableDescription(IReadOnlyList<TableColumn> Columns, IReadOnlyList<string> ForeignNames)
{
    /// <summary>Sorts names and SQL types into the two.</summary>
    public static TableDescription Of(IEnumerable<(string Name, string Type)> all)
    {
        var columns = new List<TableColumn>();
        var foreignNames = new List<string>();
        foreach (var (name, typeText) in all)
        {
            if (FixedColumns.Contains(name))
            {
                continue;
            }

            if (ColumnTypeText.FromSql(typeText) is { } type)
            {
                columns.Add(new TableColumn(name, type));
            }
            else
            {
                foreignNames.Add(name);
            }
        }

        return new TableDescription(columns, foreignNames);
    }
}
