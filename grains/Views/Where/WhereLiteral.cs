using System.Globalization;
using System.Text;

namespace Analytics.Grains.Views.Where;

/// <summary>A value that was written down: an integer, a number, a text, or true or false.</summary>
internal readonly record struct WhereLiteral
{
    private WhereLiteral(WhereLiteralKind kind, long integer, double number, string text)
    {
        Kind = kind;
        Integer = integer;
        Number = number;
        Text = text;
    }

    /// <summary>What it is.</summary>
    public WhereLiteralKind Kind { get; }

    /// <summary>An integer's value; 1 or 0 for true and false.</summary>
    public long Integer { get; }

    /// <summary>A number's value.</summary>
    public double Number { get; }

    /// <summary>A text's value.</summary>
    public string Text { get; }

    /// <summary>An integer.</summary>
    public static WhereLiteral Of(long value) => new(WhereLiteralKind.Integer, value, value, string.Empty);

    /// <summary>A number that is no integer of 64 bits.</summary>
    public static WhereLiteral Of(double value) => new(WhereLiteralKind.Number, 0, value, string.Empty);

    /// <summary>A text.</summary>
    public static WhereLiteral Of(string value) => new(WhereLiteralKind.Text, 0, 0, value);

    /// <summary>True or false.</summary>
    public static WhereLiteral Of(bool value) => new(WhereLiteralKind.Bool, value ? 1 : 0, 0, string.Empty);

    /// <summary>A text's UTF-8 bytes.</summary>
    public byte[] Utf8 => Encoding.UTF8.GetBytes(Text);

    /// <summary>As it is written.</summary>
    public override string ToString() => Kind switch
    {
        WhereLiteralKind.Integer => Integer.ToString(CultureInfo.InvariantCulture),
        WhereLiteralKind.Number => Number.ToString("R", CultureInfo.InvariantCulture),
        WhereLiteralKind.Bool => Integer != 0 ? "true" : "false",
        _ => $"'{Text.Replace("'", "''", StringComparison.Ordinal)}'",
    };
}
