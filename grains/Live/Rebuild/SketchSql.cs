using Analytics.Grains.Columns;
using Analytics.Grains.Live.Sketches;

namespace Analytics.Grains.Live.Rebuild;

/// <summary>The hashes, ranks and buckets of <see cref="Sketches"/> as ClickHouse expressions. Each is the one that the sketch's class computes, to the last bit.</summary>
internal static class SketchSql
{
    /// <summary>The rank of a row (<see cref="RowRanks"/>).</summary>
    public static readonly string Rank =
        $"intHash64(bitXor({FixedColumns.Offset} * {1 << RowRanks.SequenceBits} + {FixedColumns.Sequence}, {FixedColumns.Partition} * {RowRanks.PartitionFactor}))";

    /// <summary>What different values are told apart by: a text, an integer, UTC milliseconds, or a double's bits as an integer.</summary>
    /// <param name="column">The quoted column name; its value is not NULL.</param>
    /// <param name="type">Its type; no arrays.</param>
    public static string Key(string column, ColumnType type) => type switch
    {
        ColumnType.Int64 => $"assumeNotNull({column})",
        ColumnType.Float64 => $"reinterpretAsInt64(assumeNotNull({column}) + 0.0)",
        ColumnType.DateTime => $"toUnixTimestamp64Milli(assumeNotNull({column}))",
        ColumnType.Bool or ColumnType.String or ColumnType.LowCardinalityString => $"CAST(assumeNotNull({column}), 'String')",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "The values of arrays are not told apart."),
    };

    /// <summary>The hash of a key (<see cref="ValueHash"/>).</summary>
    /// <param name="key">Of <see cref="Key"/>, or its name.</param>
    /// <param name="type">The column's type.</param>
    public static string Hash(string key, ColumnType type) => type switch
    {
        ColumnType.Float64 => $"intHash64(reinterpretAsUInt64({key}))",
        ColumnType.Int64 or ColumnType.DateTime =>
            $"intHash64(if({key} BETWEEN {-ColumnFit.ExactIntegerMax} AND {ColumnFit.ExactIntegerMax}, reinterpretAsUInt64(toFloat64({key})), reinterpretAsUInt64({key})))",
        _ => $"xxHash64({key})",
    };

    /// <summary>The bucket of a number (<see cref="QuantileSketch"/>).</summary>
    public static string Bucket(string column) => $"toUInt32(bitShiftRight(reinterpretAsUInt64(toFloat64(assumeNotNull({column})) + 0.0), {QuantileSketch.DroppedBits}))";

    /// <summary>The register of a hash (<see cref="UniqueSketch"/>).</summary>
    public static string Register(string hash) => $"toUInt16(bitAnd({hash}, {UniqueSketch.RegisterCount - 1}))";

    /// <summary>What a hash makes of its register: zeros at its end, and one.</summary>
    public static string RegisterRank(string hash)
    {
        var bits = $"bitOr(bitShiftRight({hash}, {UniqueSketch.IndexBits}), {1UL << (64 - UniqueSketch.IndexBits)})";
        return $"toUInt8(bitCount(bitAnd(bitNot({bits}), {bits} - 1)) + 1)";
    }

    /// <summary>The counters of a hash, an array (<see cref="FrequencySketch"/>).</summary>
    public static string Counters(string hash)
    {
        var counters = Enumerable.Range(0, FrequencySketch.RowCount).Select(row =>
            $"toUInt16(bitAnd(bitShiftRight({hash}, {FrequencySketch.DroppedBits + (row * FrequencySketch.IndexBits)}), {FrequencySketch.RowSize - 1}) + {row * FrequencySketch.RowSize})");
        return $"[{string.Join(", ", counters)}]";
    }
}
