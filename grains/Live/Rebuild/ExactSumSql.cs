namespace Analytics.Grains.Live.Rebuild;

/// <summary>The bins of <see cref="ExactSum"/> as a ClickHouse expression over a column of Nullable(Float64).</summary>
internal static class ExactSumSql
{
    /// <summary>An aggregate that gives <c>([bins], [values])</c>; bins whose sum is zero are left out.</summary>
    /// <param name="column">The quoted column name.</param>
    public static string Of(string column)
    {
        var bits = $"reinterpretAsUInt64(assumeNotNull({column}))";
        var exponent = $"bitAnd(bitShiftRight({bits}, 52), 2047)";
        var effective = $"greatest({exponent}, 1)";
        var mantissa = $"toInt128(bitAnd({bits}, 4503599627370495) + if({exponent} = 0, 0, 4503599627370496))";
        var signed = $"if(bitShiftRight({bits}, 63) = 1, -{mantissa}, {mantissa})";
        return $"sumMapIf([toUInt8(bitShiftRight({effective}, 5))], [bitShiftLeft({signed}, bitAnd({effective}, 31))], isNotNull({column}))";
    }

    /// <summary>Reads the aggregate's text.</summary>
    /// <exception cref="FormatException">The text is not of that form.</exception>
    public static List<(int Bin, Int128 Value)> Parse(string text)
    {
        var lists = text.Trim('(', ')').Split("],[");
        if (lists.Length != 2)
        {
            throw new FormatException($"'{text}' is not a pair of arrays.");
        }

        var bins = Split(lists[0]);
        var values = Split(lists[1]);
        if (bins.Length != values.Length)
        {
            throw new FormatException($"'{text}' has arrays of different lengths.");
        }

        var result = new List<(int, Int128)>(bins.Length);
        for (var i = 0; i < bins.Length; i++)
        {
            result.Add((Text.Int32(bins[i]), Text.Int128(values[i])));
        }

        return result;
    }

    private static string[] Split(string list) => list.Trim('[', ']').Split(',', StringSplitOptions.RemoveEmptyEntries);
}
