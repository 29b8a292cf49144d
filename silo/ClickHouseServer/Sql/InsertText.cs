namespace Analytics.Silo.ClickHouseServer.Sql;

/// <summary>
/// Finds where the data of an INSERT begins:
/// <c>INSERT [INTO] [TABLE] (FUNCTION name(…) | name) [PARTITION BY …] [(columns)] [SETTINGS …] (VALUES | FORMAT name) data</c>.
/// An INSERT … SELECT has none, nor has any other statement.
/// </summary>
internal static class InsertText
{
    /// <summary>Splits a text, of which the end may be missing as long as the data's beginning is there; <see langword="null"/> when it has no data.</summary>
    public static InsertParts? Split(ReadOnlySpan<byte> sql)
    {
        var scanner = new SqlScanner(sql);
        if (!scanner.Is(scanner.Next(), "INSERT"u8) || !TrySkipTarget(ref scanner))
        {
            return null;
        }

        while (true)
        {
            var piece = scanner.Next();
            if (piece.Kind == SqlPieceKind.Open)
            {
                scanner.SkipToClose();
            }
            else if (scanner.Is(piece, "VALUES"u8))
            {
                return new InsertParts(piece.Start, "Values", piece.End);
            }
            else if (scanner.Is(piece, "FORMAT"u8))
            {
                var name = scanner.Next();
                return name.Kind == SqlPieceKind.Word ? new InsertParts(piece.Start, scanner.TextOf(name), DataStart(sql, name.End)) : null;
            }
            else if (piece.Kind is SqlPieceKind.End or SqlPieceKind.Semicolon
                || scanner.Is(piece, "SELECT"u8) || scanner.Is(piece, "WITH"u8) || scanner.Is(piece, "FROM"u8) || scanner.Is(piece, "WATCH"u8))
            {
                return null;
            }
        }
    }

    private static bool TrySkipTarget(ref SqlScanner scanner)
    {
        var piece = scanner.Next();
        if (scanner.Is(piece, "INTO"u8))
        {
            piece = scanner.Next();
        }

        if (scanner.Is(piece, "TABLE"u8) && IsName(Peek(scanner)))
        {
            piece = scanner.Next();
        }

        if (scanner.Is(piece, "FUNCTION"u8) && IsName(Peek(scanner)))
        {
            piece = scanner.Next();
        }

        while (TrySkipNamePart(ref scanner, piece))
        {
            if (Peek(scanner).Kind != SqlPieceKind.Dot)
            {
                return true;
            }

            scanner.Next();
            piece = scanner.Next();
        }

        return false;
    }

    /// <summary>A name, or a placeholder for one in braces.</summary>
    private static bool TrySkipNamePart(ref SqlScanner scanner, SqlPiece piece)
    {
        if (piece.Kind == SqlPieceKind.Open)
        {
            scanner.SkipToClose();
            return true;
        }

        return IsName(piece);
    }

    private static bool IsName(SqlPiece piece) => piece.Kind is SqlPieceKind.Word or SqlPieceKind.QuotedName;

    // A copy of the scanner reads ahead.
    private static SqlPiece Peek(SqlScanner scanner) => scanner.Next();

    /// <summary>As ClickHouse has it: behind the spaces of the line, and one line end if there is one. A lone semicolon at the end is no data.</summary>
    private static int DataStart(ReadOnlySpan<byte> sql, int at)
    {
        if (sql[at..].Trim(" \t\r\n\f"u8).SequenceEqual(";"u8))
        {
            return sql.Length;
        }

        while (at < sql.Length && sql[at] is (byte)' ' or (byte)'\t' or (byte)'\f')
        {
            at++;
        }

        at += at < sql.Length && sql[at] == (byte)'\r' ? 1 : 0;
        at += at < sql.Length && sql[at] == (byte)'\n' ? 1 : 0;
        return at;
    }
}
