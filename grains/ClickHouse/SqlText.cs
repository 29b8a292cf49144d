using System.Text;

namespace Analytics.Grains.ClickHouse;

/// <summary>Quotes names and strings for SQL text. Every name and every string that is not a constant of ours goes through here.</summary>
public static class SqlText
{
    /// <summary>Characters after which a statement that lists many columns is cut into several. The engine takes 262,144 bytes a statement, and a character is three
    /// at most; the rest is room for the last column.</summary>
    public const int StatementCharsMax = 64 * 1024;

    /// <summary>A name in backticks: <c>we`ird</c> → <c>`we\`ird`</c>.</summary>
    /// <exception cref="ArgumentException">The name is empty: ClickHouse has no empty names.</exception>
    public static string Identifier(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Quote(name, '`');
    }

    /// <summary>Two quoted names: <c>`shop`.`purchase`</c>.</summary>
    public static string Table(string database, string table) => string.Concat(Identifier(database), ".", Identifier(table));

    /// <summary>Quoted names with commas between.</summary>
    public static string Identifiers(IReadOnlyList<string> names)
    {
        var text = new StringBuilder(names.Count * 16);
        for (var i = 0; i < names.Count; i++)
        {
            text.Append(i == 0 ? string.Empty : ", ").Append(Identifier(names[i]));
        }

        return text.ToString();
    }

    /// <summary>A string literal: <c>it's</c> → <c>'it\'s'</c>.</summary>
    public static string Literal(string value) => Quote(value, '\'');

    /// <summary>The value of a query parameter of type String. Parameters are read like a tab-separated field, so backslashes and line ends are
    /// escaped;
    /// numbers need nothing.</summary>
    public static string Parameter(string value) => EscapeInto(new StringBuilder(value.Length + 8), value, '\\').ToString();

    private static string Quote(string value, char quote)
    {
        return EscapeInto(new StringBuilder(value.Length + 8).Append(quote), value, quote).Append(quote).ToString();
    }

    private static StringBuilder EscapeInto(StringBuilder text, string value, char quote)
    {
        foreach (var c in value)
        {
            _ = c switch
            {
                '\\' => text.Append("\\\\"),
                '\0' => text.Append("\\0"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                _ when c == quote => text.Append('\\').Append(c),
                _ => text.Append(c),
            };
        }

        return text;
    }
}
