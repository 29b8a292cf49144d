using System.Globalization;

namespace Analytics.Bench.Harness;

/// <summary>Medians and how numbers are written.</summary>
internal static class Numbers
{
    private const int Digits = 4;

    /// <summary>The middle of the values, or the mean of the two in the middle.</summary>
    public static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The value that this part of all values does not exceed.</summary>
    /// <param name="values">One or more.</param>
    /// <param name="part">0 to 1.</param>
    public static double Quantile(IReadOnlyCollection<double> values, double part)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Clamp((int)Math.Ceiling(part * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    /// <summary>The value with four significant digits: more would only be noise. Whole numbers keep all of theirs.</summary>
    public static double Rounded(double value)
    {
        if (value == 0 || !double.IsFinite(value) || value == Math.Truncate(value))
        {
            return value;
        }

        var decimals = Digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return decimals >= 0 ? Math.Round(value, Math.Min(decimals, 15)) : Math.Round(value);
    }

    /// <summary>The rounded value as text.</summary>
    public static string Text(double value) => Rounded(value).ToString(Math.Abs(value) >= 1000 ? "#,0" : "0.####", CultureInfo.InvariantCulture);
}
