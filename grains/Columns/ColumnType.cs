namespace Analytics.Grains.Columns;

/// <summary>The types a field's column can have. Scalars are Nullable, arrays hold Nullable elements (an absent array is an empty one).</summary>
/// <remarks>The numbers are kept in snapshots: never reuse one.</remarks>
public enum ColumnType : byte
{
    /// <summary><c>Nullable(Bool)</c>.</summary>
    Bool = 1,

    /// <summary><c>Nullable(Int64)</c>.</summary>
    Int64 = 2,

    /// <summary><c>Nullable(Float64)</c>.</summary>
    Float64 = 3,

    /// <summary><c>Nullable(DateTime64(3, 'UTC'))</c>: milliseconds, years 1900-2299.</summary>
    DateTime = 4,

    /// <summary><c>Nullable(String)</c>: any bytes.</summary>
    String = 5,

    /// <summary><c>LowCardinality(Nullable(String))</c>: few distinct values, stored as a dictionary.</summary>
    LowCardinalityString = 6,

    /// <summary><c>Array(Nullable(Bool))</c>.</summary>
    ArrayBool = 7,

    /// <summary><c>Array(Nullable(Int64))</c>.</summary>
    ArrayInt64 = 8,

    /// <summary><c>Array(Nullable(Float64))</c>.</summary>
    ArrayFloat64 = 9,

    /// <summary><c>Array(Nullable(String))</c>.</summary>
    ArrayString = 10,
}
