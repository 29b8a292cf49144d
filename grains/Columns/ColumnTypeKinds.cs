namespace Analytics.Grains.Columns;

/// <summary>Which types are of one kind.</summary>
internal static class ColumnTypeKinds
{
    /// <summary>Whether the column holds text, with a dictionary or without.</summary>
    public static bool IsText(this ColumnType type) => type is ColumnType.String or ColumnType.LowCardinalityString;

    /// <summary>Whether the column holds arrays.</summary>
    public static bool IsArray(this ColumnType type) => type is >= ColumnType.ArrayBool and <= ColumnType.ArrayString;
}
