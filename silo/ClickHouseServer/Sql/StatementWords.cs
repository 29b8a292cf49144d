using System.Collections.Frozen;
using System.Text;

namespace Analytics.Silo.ClickHouseServer.Sql;

/// <summary>What the words of a statement say at a glance.</summary>
internal static class StatementWords
{
    private static readonly FrozenSet<string> Questions =
        new[] { "SELECT", "WITH", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "EXISTS", "CHECK" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether the statement has an answer, even without rows.</summary>
    public static bool IsQuestion(string sql) => Questions.Contains(First(sql));

    /// <summary>The first word in upper case, behind comments and parentheses; empty when there is none.</summary>
    public static string First(string sql)
    {
        var scanner = new SqlScanner(Encoding.UTF8.GetBytes(sql));
        var piece = scanner.Next();
        while (piece.Kind == SqlPieceKind.Open)
        {
            piece = scanner.Next();
        }

        return piece.Kind == SqlPieceKind.Word ? scanner.TextOf(piece).ToUpperInvariant() : string.Empty;
    }

    /// <summary>Whether the answer would go to, or the data would come from, a file of the server's own: INTO OUTFILE, FROM INFILE.</summary>
    public static bool HasLocalFile(string sql)
    {
        var scanner = new SqlScanner(Encoding.UTF8.GetBytes(sql));
        var previous = default(SqlPiece);
        for (var piece = scanner.Next(); piece.Kind != SqlPieceKind.End; piece = scanner.Next())
        {
            if ((scanner.Is(piece, "OUTFILE"u8) && scanner.Is(previous, "INTO"u8)) || (scanner.Is(piece, "INFILE"u8) && scanner.Is(previous, "FROM"u8)))
            {
                return true;
            }

            previous = piece;
        }

        return false;
    }
}
