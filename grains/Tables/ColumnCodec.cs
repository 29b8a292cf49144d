using Analytics.Grains.Columns;

namespace Analytics.Grains.Tables;

/// <summary>
/// How columns are compressed. Measured on four million values like those of real events (CodecMeasurement among the tests), bytes a value and processor time to write and merge it,
/// against LZ4 alone:
/// <list type="bullet">
/// <item>times and integers: T64 drops the bits that a part's values have in common. <c>_time</c> 3.0 → 1.2 B, counters 4.0 → 0.3, small ones 2.7 → 0.5, no slower;</item>
/// <item><c>_offset</c> and <c>_received</c> ascend: with Delta 2.0 → 0.1 B and 0.4 → 0.1, and a quarter faster;</item>
/// <item>texts and doubles have the server's own codec. ZSTD makes texts half as large (4.9 → 2.5 B) and takes a quarter off prices (5.1 → 3.9 B), for 40 to 70 ns a value, which is a tenth
/// of all throughput when fresh rows pay it: the embedded engine takes it for large parts only. Gorilla makes prices larger (6.3 B).</item>
/// </list>
/// </summary>
internal static class ColumnCodec
{
    /// <summary>The server's own, LZ4 unless it says otherwise.</summary>
    public const string Default = "Default";

    private const string Integers = "T64, LZ4";
    private const string Ascending = "Delta, LZ4";

    /// <summary>The codec of a field's column.</summary>
    public static string Of(ColumnType type) => type switch
    {
        ColumnType.Int64 or ColumnType.DateTime => Integers,
        _ => Default,
    };

    /// <summary>The codec of a column that every table has.</summary>
    public static string OfFixed(string name) => name switch
    {
        FixedColumns.Time => Integers,
        FixedColumns.Received or FixedColumns.Offset => Ascending,
        _ => Default,
    };
}
