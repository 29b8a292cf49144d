using System.Globalization;
using System.Text.Json;

namespace Analytics.Cli.Output;

/// <summary>Numbers and times for people.</summary>
internal static class Numbers
{
    /// <summary>A whole number with separators: <c>1,234,567</c>.</summary>
    public static string Of(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number with as many digits as help: <c>12.5</c>, <c>1,234.57</c>, <c>0.00123</c>.</summary>
    public static string Of(double? value) => value switch
    {
        null => string.Empty,
        { } number when number == Math.Floor(number) && Math.Abs(number) < 1e15 => number.ToString("N0", CultureInfo.InvariantCulture),
        { } number when Math.Abs(number) >= 1 && Math.Abs(number) < 1e15 => number.ToString("#,##0.##", CultureInfo.InvariantCulture),
        { } number => number.ToString("G4", CultureInfo.InvariantCulture),
    };

    /// <summary>A part of one as per cent: <c>12.5 %</c>.</summary>
    public static string Percent(double? part) => part is { } value ? (value * 100).ToString("0.00", CultureInfo.InvariantCulture) + " %" : string.Empty;

    /// <summary>A JSON value: numbers as above, texts as they are, nothing for null.</summary>
    public static string Of(JsonElement? value) => value switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => string.Empty,
        { ValueKind: JsonValueKind.Number } number => Of(number.GetDouble()),
        { } other => other.ToString(),
    };

    /// <summary>A time: <c>2026-11-20 10:00:00.123Z</c>.</summary>
    public static string Of(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) ?? string.Empty;

    /// <summary>Whether a cell shows a number, or nothing.</summary>
    public static bool IsNumber(string cell) =>
        cell.Length == 0 || double.TryParse(cell.TrimEnd('%', ' '), NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out _);
}
