namespace Analytics.Grains.Columns;

/// <summary>How each <see cref="ColumnType"/> is written in SQL and in a Native block.</summary>
public static class ColumnTypeText
{
    // Written as ClickHouse writes them in system.columns, so that what is read back compares equal.
    private const string Bool = "Nullable(Bool)";
    private const string Int64 = "Nullable(Int64)";
    private const string Float64 = "Nullable(Float64)";
    private const string DateTime = "Nullable(DateTime64(3, 'UTC'))";
    private const string String = "Nullable(String)";
    private const string LowCardinalityString = "LowCardinality(Nullable(String))";
    private const string ArrayBool = "Array(Nullable(Bool))";
    private const string ArrayInt64 = "Array(Nullable(Int64))";
    private const string ArrayFloat64 = "Array(Nullable(Float64))";
    private const string ArrayString = "Array(Nullable(String))";

    /// <summary>The type's SQL text, exactly as <c>system.columns</c> shows it.</summary>
    public static string ToSql(this ColumnType type) => type switch
    {
        ColumnType.Bool => Bool,
        ColumnType.Int64 => Int64,
        ColumnType.Float64 => Float64,
        ColumnType.DateTime => DateTime,
        ColumnType.String => String,
        ColumnType.LowCardinalityString => LowCardinalityString,
        ColumnType.ArrayBool => ArrayBool,
        ColumnType.ArrayInt64 => ArrayInt64,
        ColumnType.ArrayFloat64 => ArrayFloat64,
        ColumnType.ArrayString => ArrayString,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "There is no such column type."),
    };

    /// <summary>The type the column has in a Native block; it differs from <see cref="ToSql"/> only where ClickHouse converts while inserting:
    /// a dictionary is built by the server, the block carries plain strings.</summary>
    public static string ToBlock(this ColumnType type) => type == ColumnType.LowCardinalityString ? String : type.ToSql();

    /// <summary>The type with this text in <c>system.columns</c>, or <see langword="null"/> when it is none that a field's column can have.</summary>
    public static ColumnType? FromSql(string text) => text switch
    {
        Bool => ColumnType.Bool,
        Int64 => ColumnType.Int64,
        Float64 => ColumnType.Float64,
        DateTime => ColumnType.DateTime,
        String => ColumnType.String,
        LowCardinalityString => ColumnType.LowCardinalityString,
        ArrayBool => ColumnType.ArrayBool,
        ArrayInt64 => ColumnType.ArrayInt64,
        ArrayFloat64 => ColumnType.ArrayFloat64,
        ArrayString => ColumnType.ArrayString,
        _ => null,
    };
}
