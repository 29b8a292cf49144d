using System.Globalization;

namespace Analytics.Grains.ClickHouse;

/// <summary>Reads ClickHouse's error texts: <c>Code: 62. DB::Exception: Syntax error: … (SYNTAX_ERROR)</c>.</summary>
internal static class EngineError
{
    /// <summary>A statement that reads only may not do this; the code ClickHouse itself uses.</summary>
    public const int Readonly = 164;

    /// <summary>The text is not SQL.</summary>
    public const int SyntaxError = 62;

    /// <summary>The disk is full, or nearly so.</summary>
    public const int NotEnoughSpace = 243;

    /// <summary>The answer is over a limit.</summary>
    public const int TooManyRowsOrBytes = 396;

    private const string CodeStart = "Code: ";
    private const string ExceptionStart = "DB::Exception: ";

    /// <summary>Splits a text into its code, 0 when there is none, and its message.</summary>
    public static (int Code, string Message) Parse(string text)
    {
        var rest = text.AsSpan().Trim();
        var code = 0;

        // Inner errors are wrapped as text of outer ones, each with its own prefix; the innermost code names the cause.
        while (TryPrefix(rest, out var found, out var after))
        {
            code = found;
            rest = after;
        }

        return (code, rest.ToString());
    }

    private static bool TryPrefix(ReadOnlySpan<char> text, out int code, out ReadOnlySpan<char> after)
    {
        code = 0;
        after = text;
        text = text.StartsWith("Error: ", StringComparison.Ordinal) ? text[7..] : text;
        if (!text.StartsWith(CodeStart, StringComparison.Ordinal))
        {
            return false;
        }

        text = text[CodeStart.Length..];
        var dot = text.IndexOf('.');
        if (dot <= 0 || !int.TryParse(text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out code))
        {
            return false;
        }

        after = text[(dot + 1)..].TrimStart();
        if (after.StartsWith(ExceptionStart, StringComparison.Ordinal))
        {
            after = after[ExceptionStart.Length..];
        }

        return true;
    }
}
