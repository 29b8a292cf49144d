using Analytics.Grains.Columns;

namespace Analytics.Grains.Live;

/// <summary>A column's type as people read it: without Nullable and without how strings are stored.</summary>
internal static class ColumnLabel
{
    /// <summary>The short form.</summary>
    public static string Of(ColumnType type) => type switch
    {
        ColumnType.LowCardinalityString => "String",
        ColumnType.ArrayBool => "Array(Bool)",
        ColumnType.ArrayInt64 => "Array(Int64)",
        ColumnType.ArrayFloat64 => "Array(Float64)",
        ColumnType.ArrayString => "Array(String)",
        _ => type.ToString(),
    };
}
