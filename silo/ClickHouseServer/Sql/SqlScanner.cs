using System.Text;

namespace Analytics.Silo.ClickHouseServer.Sql;

/// <summary>
/// Walks over SQL by pieces, to find where an INSERT's data begins and what format is asked for. The data may be any bytes, so it works on
/// bytes and never looks further than it is asked to. It decides nothing about what a user may do: the engine reads what is run by itself.
/// </summary>
internal ref struct SqlScanner
{
    private readonly ReadOnlySpan<byte> _sql;
    private int _next;

    /// <summary>Starts before the first piece.</summary>
    public SqlScanner(ReadOnlySpan<byte> sql)
    {
        _sql = sql;
        _next = 0;
    }

    /// <summary>The next piece; spaces and comments are skipped.</summary>
    public SqlPiece Next()
    {
        SkipSpaceAndComments();
        var start = _next;
        if (start >= _sql.Length)
        {
            return new SqlPiece(SqlPieceKind.End, start, start);
        }

        var kind = Take(_sql[start]);
        return new SqlPiece(kind, start, _next);
    }

    /// <summary>Reads up to the bracket that closes the one just read.</summary>
    public void SkipToClose()
    {
        for (var depth = 1; depth > 0;)
        {
            var piece = Next();
            switch (piece.Kind)
            {
                case SqlPieceKind.Open:
                    depth++;
                    break;
                case SqlPieceKind.Close:
                    depth--;
                    break;
                case SqlPieceKind.End:
                    return;
            }
        }
    }

    /// <summary>Whether a piece is this keyword, in any case of letters.</summary>
    public readonly bool Is(SqlPiece piece, ReadOnlySpan<byte> keyword) =>
        piece.Kind == SqlPieceKind.Word && Ascii.EqualsIgnoreCase(_sql[piece.Start..piece.End], keyword);

    /// <summary>A piece's own text.</summary>
    public readonly string TextOf(SqlPiece piece) => Encoding.UTF8.GetString(_sql[piece.Start..piece.End]);

    private static bool IsWord(byte c) => char.IsAsciiLetterOrDigit((char)c) || c == (byte)'_';

    private static bool IsSpace(byte c) => c is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f' or (byte)'\v';

    private SqlPieceKind Take(byte c)
    {
        switch (c)
        {
            case (byte)'\'':
                SkipQuoted(c);
                return SqlPieceKind.Text;
            case (byte)'`' or (byte)'"':
                SkipQuoted(c);
                return SqlPieceKind.QuotedName;
            case (byte)'$' when TrySkipHeredoc():
                return SqlPieceKind.Text;
        }

        if (IsWord(c))
        {
            do
            {
                _next++;
            }
            while (_next < _sql.Length && IsWord(_sql[_next]));
            return SqlPieceKind.Word;
        }

        _next++;
        return c switch
        {
            (byte)'(' or (byte)'[' or (byte)'{' => SqlPieceKind.Open,
            (byte)')' or (byte)']' or (byte)'}' => SqlPieceKind.Close,
            (byte)'.' => SqlPieceKind.Dot,
            (byte)';' => SqlPieceKind.Semicolon,
            _ => SqlPieceKind.Other,
        };
    }

    private void SkipSpaceAndComments()
    {
        while (_next < _sql.Length)
        {
            var rest = _sql[_next..];
            if (IsSpace(rest[0]))
            {
                _next++;
            }
            else if (rest.StartsWith("--"u8) || rest.StartsWith("#!"u8) || rest.StartsWith("# "u8))
            {
                var end = rest.IndexOf((byte)'\n');
                _next = end < 0 ? _sql.Length : _next + end + 1;
            }
            else if (rest.StartsWith("/*"u8))
            {
                var end = rest[2..].IndexOf("*/"u8);
                _next = end < 0 ? _sql.Length : _next + end + 4;
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>A doubled quote ends one string and begins the next, which is as good.</summary>
    private void SkipQuoted(byte quote)
    {
        for (_next++; _next < _sql.Length; _next++)
        {
            if (_sql[_next] == quote)
            {
                _next++;
                return;
            }

            if (_sql[_next] == (byte)'\\')
            {
                _next++;
            }
        }

        _next = _sql.Length;
    }

    /// <summary>A string between two equal tags: <c>$tag$ … $tag$</c>.</summary>
    private bool TrySkipHeredoc()
    {
        var rest = _sql[_next..];
        var tagEnd = rest[1..].IndexOf((byte)'$');
        if (tagEnd < 0)
        {
            return false;
        }

        var tag = rest[..(tagEnd + 2)];
        foreach (var c in tag[1..^1])
        {
            if (!IsWord(c))
            {
                return false;
            }
        }

        var close = rest[tag.Length..].IndexOf(tag);
        if (close < 0)
        {
            return false;
        }

        _next += tag.Length + close + tag.Length;
        return true;
    }
}
