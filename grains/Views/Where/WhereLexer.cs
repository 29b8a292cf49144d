using System.Text;

namespace Analytics.Grains.Views.Where;

/// <summary>Cuts a condition into words.</summary>
internal static class WhereLexer
{
    private static readonly string[] Signs = ["<=", ">=", "!=", "<>", "=", "<", ">", "(", ")", ","];

    /// <summary>The words, and the end.</summary>
    /// <exception cref="WhereException">There is a character that begins none, or an end is missing.</exception>
    public static List<WhereToken> Read(string text)
    {
        var tokens = new List<WhereToken>();
        for (var i = 0; ;)
        {
            while (i < text.Length && char.IsWhiteSpace(text[i]))
            {
                i++;
            }

            if (i == text.Length)
            {
                tokens.Add(new WhereToken(WhereTokenKind.End, string.Empty, i + 1));
                return tokens;
            }

            tokens.Add(Next(text, ref i));
        }
    }

    private static WhereToken Next(string text, ref int i)
    {
        var start = i;
        var first = text[i];
        if (first is '\'' or '"' or '`')
        {
            var content = Quoted(text, ref i);
            return new WhereToken(first == '\'' ? WhereTokenKind.Text : WhereTokenKind.QuotedName, content, start + 1);
        }

        if (char.IsAsciiDigit(first) || (first is '-' or '+' or '.' && i + 1 < text.Length && (char.IsAsciiDigit(text[i + 1]) || text[i + 1] == '.')))
        {
            for (i++; i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] is '.' || (text[i] is '-' or '+' && text[i - 1] is 'e' or 'E')); i++)
            {
            }

            return new WhereToken(WhereTokenKind.Number, text[start..i], start + 1);
        }

        if (char.IsLetter(first) || first is '_' or '$')
        {
            for (i++; i < text.Length && (char.IsLetterOrDigit(text[i]) || text[i] is '_' or '.' or '$'); i++)
            {
            }

            return new WhereToken(WhereTokenKind.Name, text[start..i], start + 1);
        }

        foreach (var sign in Signs)
        {
            if (string.CompareOrdinal(text, i, sign, 0, sign.Length) == 0)
            {
                i += sign.Length;
                return new WhereToken(WhereTokenKind.Sign, sign, start + 1);
            }
        }

        throw new WhereException($"'{first}' at character {start + 1} is neither a field nor a value nor an operator.");
    }

    // A quote within is written twice.
    private static string Quoted(string text, ref int i)
    {
        var (start, quote) = (i, text[i]);
        var content = new StringBuilder();
        for (i++; i < text.Length; i++)
        {
            if (text[i] != quote)
            {
                content.Append(text[i]);
            }
            else if (i + 1 < text.Length && text[i + 1] == quote)
            {
                content.Append(quote);
                i++;
            }
            else
            {
                i++;
                return content.ToString();
            }
        }

        throw new WhereException($"The {quote} at character {start + 1} is not closed.");
    }
}
