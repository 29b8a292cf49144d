using System.Globalization;

namespace Analytics.Grains.ClickHouse.Http;

/// <summary>A server's version, as far as it matters.</summary>
/// <param name="Year">24 of 24.8.</param>
/// <param name="Month">8 of 24.8.</param>
internal readonly record struct ServerVersion(int Year, int Month)
{
    /// <summary>The oldest that is used: it has every function and setting that statements of ours use.</summary>
    public static readonly ServerVersion Oldest = new(24, 8);

    /// <summary>Whether it is new enough.</summary>
    public bool IsSupported => Year > Oldest.Year || (Year == Oldest.Year && Month >= Oldest.Month);

    /// <summary>Reads <c>24.8.4.13</c>; <see langword="null"/> when it is no version.</summary>
    public static ServerVersion? Parse(string text)
    {
        var parts = text.Trim().Split('.');
        return parts.Length >= 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var month)
            ? new ServerVersion(year, month)
            : null;
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year}.{Month}");
}
