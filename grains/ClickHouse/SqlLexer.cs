using System.Globalization;
using System.Text;

namespace Analytics.Grains.ClickHouse;

/// <summary>
/// Cuts SQL into tokens as ClickHouse's lexer does, as far as names are concerned. Where ClickHouse's versions differ (<c>//</c>, <c>#</c>,
/// <c>$</c>, nested
/// comments, typographic quotes, a quotation without an end) the token is <see cref="SqlTokenKind.Ambiguous"/>: never guess what is inside of quotes.
/// </summary>
internal ref struct SqlLexer
{
    private readonly ReadOnlySpan<char> _sql;
    private int _next;

    /// <summary>Starts before the first token.</summary>
    public SqlLexer(string sql)
    {
        _sql = sql;
        _next = 0;
    }

    /// <summary>Reads the next token; false at the end. Spaces and comments are skipped.</summary>
    public bool TryNext(out SqlToken token)
    {
        token = default;
        while (_next < _sql.Length)
        {
            var c = _sql[_next];
            if (IsCommentStart(c, out var isBlock))
            {
                if (!TrySkipComment(isBlock))
                {
                    token = new SqlToken(SqlTokenKind.Ambiguous, "/*");
                    _next = _sql.Length;
                    return true;
                }
            }
            else if (char.IsWhiteSpace(c) || (c > 127 && !IsTypographicQuote(c)))
            {
                _next++;
            }
            else
            {
                token = ReadToken(c);
                return true;
            }
        }

        return false;
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static bool IsTypographicQuote(char c) => c is '\u2018' or '\u2019' or '\u201C' or '\u201D';

    private readonly bool IsCommentStart(char c, out bool isBlock)
    {
        var following = _next + 1 < _sql.Length ? _sql[_next + 1] : '\0';
        isBlock = c == '/' && following == '*';
        return isBlock || (c == '-' && following == '-');
    }

    private bool TrySkipComment(bool isBlock)
    {
        var rest = _sql[_next..];
        if (!isBlock)
        {
            var end = rest.IndexOf('\n');
            _next = end < 0 ? _sql.Length : _next + end + 1;
            return true;
        }

        var close = rest[2..].IndexOf("*/", StringComparison.Ordinal);
        if (close < 0 || rest.Slice(2, close).Contains("/*", StringComparison.Ordinal))
        {
            return false;
        }

        _next += close + 4;
        return true;
    }

    private SqlToken ReadToken(char c)
    {
        switch (c)
        {
            case '\'':
                return TrySkipQuoted(c, out _) ? new SqlToken(SqlTokenKind.Other, string.Empty) : Ambiguous(1);
            case '`' or '"':
                return TrySkipQuoted(c, out var name) ? new SqlToken(SqlTokenKind.QuotedName, name) : Ambiguous(1);
            case '#' or '$' or '\u2018' or '\u2019' or '\u201C' or '\u201D':
                return Ambiguous(1);
            case '/' when _next + 1 < _sql.Length && _sql[_next + 1] == '/':
                return Ambiguous(2);
            default:
                return IsWord(c) ? ReadWord(c) : ReadSign(c);
        }
    }

    private SqlToken ReadSign(char c)
    {
        _next++;
        var kind = c switch
        {
            '.' => SqlTokenKind.Dot,
            ':' => SqlTokenKind.Colon,
            '(' => SqlTokenKind.Open,
            ')' => SqlTokenKind.Close,
            ';' => SqlTokenKind.Semicolon,
            _ => SqlTokenKind.Other,
        };
        return new SqlToken(kind, string.Empty);
    }

    private SqlToken ReadWord(char first)
    {
        var start = _next;
        var isNumber = char.IsAsciiDigit(first);
        while (_next < _sql.Length && (IsWord(_sql[_next]) || (isNumber && _sql[_next] == '.')))
        {
            _next++;
        }

        return isNumber ? new SqlToken(SqlTokenKind.Other, string.Empty) : new SqlToken(SqlTokenKind.Word, _sql[start.._next].ToString());
    }

    private SqlToken Ambiguous(int length)
    {
        var token = new SqlToken(SqlTokenKind.Ambiguous, _sql.Slice(_next, length).ToString());
        _next += length;
        return token;
    }

    private bool TrySkipQuoted(char quote, out string text)
    {
        var decoded = new StringBuilder();
        for (var i = _next + 1; i < _sql.Length; i++)
        {
            var c = _sql[i];
            if (c == quote)
            {
                _next = i + 1;
                text = decoded.ToString();
                return true;
            }

            if (c != '\\')
            {
                decoded.Append(c);
                continue;
            }

            i++;
            if (i + 2 < _sql.Length && _sql[i] == 'x' && byte.TryParse(_sql.Slice(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code))
            {
                decoded.Append((char)code);
                i += 2;
            }
            else if (i < _sql.Length)
            {
                decoded.Append(_sql[i]);
            }
        }

        text = string.Empty;
        return false;
    }
}
