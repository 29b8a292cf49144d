using System.Text;

namespace Analytics.Silo.ClickHouseServer.Sql;

/// <summary>
/// Takes semicolons at the end off a statement, and the FORMAT clause off a question: the engine is given the format beside the SQL, so that answers to all
/// users are bounded in the same way and the HTTP answer can name the format. In other statements what looks like the clause may be a column, as in
/// <c>ALTER TABLE t ADD COLUMN format String</c>.
/// </summary>
internal static class FormatClause
{
    /// <summary>Splits a statement; the format is <see langword="null"/> when it names none.</summary>
    public static (string Sql, string? Format) Split(string sql)
    {
        var isQuestion = StatementWords.IsQuestion(sql);
        var bytes = Encoding.UTF8.GetBytes(sql);
        var scanner = new SqlScanner(bytes);
        var (clauseStart, clauseEnd, format) = (-1, -1, default(string));
        var (end, depth) = (bytes.Length, 0);
        var previous = default(SqlPiece);
        for (var piece = scanner.Next(); piece.Kind != SqlPieceKind.End; piece = scanner.Next())
        {
            depth += piece.Kind == SqlPieceKind.Open ? 1 : piece.Kind == SqlPieceKind.Close ? -1 : 0;
            if (isQuestion && depth == 0 && scanner.Is(piece, "FORMAT"u8) && CanFollow(scanner, previous) && NameAhead(scanner) is { } name)
            {
                (clauseStart, clauseEnd, format) = (piece.Start, name.End, scanner.TextOf(name));
            }

            // The first of the semicolons with nothing behind them.
            end = piece.Kind != SqlPieceKind.Semicolon ? bytes.Length : previous.Kind == SqlPieceKind.Semicolon ? end : piece.Start;
            previous = piece;
        }

        var text = bytes.AsSpan(0, end);
        return format is null
            ? (Encoding.UTF8.GetString(text), null)
            : (Encoding.UTF8.GetString(text[..clauseStart]) + Encoding.UTF8.GetString(text[clauseEnd..]), format);
    }

    // "AS format" and "t.format" are names.
    private static bool CanFollow(SqlScanner scanner, SqlPiece previous) =>
        previous.Kind is not (SqlPieceKind.End or SqlPieceKind.Dot) && !scanner.Is(previous, "AS"u8);

    /// <summary>The name behind FORMAT, if behind it there is only what may follow a clause.</summary>
    private static SqlPiece? NameAhead(SqlScanner scanner)
    {
        var name = scanner.Next();
        if (name.Kind != SqlPieceKind.Word)
        {
            return null;
        }

        var after = scanner.Next();
        return after.Kind is SqlPieceKind.End or SqlPieceKind.Semicolon || scanner.Is(after, "SETTINGS"u8) ? name : null;
    }
}
