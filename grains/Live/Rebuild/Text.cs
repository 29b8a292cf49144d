using System.Globalization;

namespace Analytics.Grains.Live.Rebuild;

/// <summary>Reads numbers as ClickHouse writes them.</summary>
internal static class Text
{
    /// <summary>A 32-bit integer.</summary>
    public static int Int32(string text) => int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    /// <summary>A 64-bit integer.</summary>
    public static long Int64(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    /// <summary>A 64-bit integer without sign.</summary>
    public static ulong UInt64(string text) => ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>A 128-bit integer.</summary>
    public static Int128 Int128(string text) => System.Int128.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    /// <summary>A double; ClickHouse writes the shortest text that reads back the same.</summary>
    public static double Double(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
