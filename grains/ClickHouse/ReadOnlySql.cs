using System.Collections.Frozen;

namespace Analytics.Grains.ClickHouse;

/// <summary>
/// The first of three walls around users' SQL: what neither the reader role nor read-only mode forbids, found in the text.
/// The others are <see cref="Embedded.EngineConfig.ReaderRole"/> and the engine's own classification of the statement.
/// </summary>
internal static class ReadOnlySql
{
    /// <summary>
    /// Functions that reach outside and that no right or setting of the engine keeps from a reader: <c>file</c> reads any file of the server.
    /// A function's name may stand alone (<c>arrayMap(file, …)</c>, <c>APPLY file</c>), so the plain name is refused wherever it stands; a column
    /// is written with its table, and an alias after AS is harmless.
    /// </summary>
    private static readonly FrozenSet<string> Functions = new[]
    {
        "file", "catboostEvaluate", "aiClassify", "aiEmbed", "aiExtract", "aiGenerate", "aiTranslate", "AIClassify", "AIExtract", "AIGenerate", "AITranslate",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Words after which a plain "settings" was a column. Anything else after it is a setting's name.</summary>
    private static readonly FrozenSet<string> AfterColumn = new[]
    {
        "AND", "AS", "ASC", "BETWEEN", "DESC", "ELSE", "END", "EXCEPT", "FROM", "GROUP", "HAVING", "ILIKE", "IN", "INTERSECT", "IS", "LIKE", "LIMIT", "NOT",
        "NULLS", "OFFSET", "OR", "ORDER", "PREWHERE", "QUALIFY", "THEN", "UNION", "WHEN", "WHERE", "WINDOW",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Says why the text is refused, or null when this wall has nothing against it.</summary>
    public static string? Refusal(string sql)
    {
        var lexer = new SqlLexer(sql);
        var previous = default(SqlToken);
        var isAfterSettings = false;
        var depth = 0;
        while (lexer.TryNext(out var token))
        {
            depth += token.Kind == SqlTokenKind.Open ? 1 : token.Kind == SqlTokenKind.Close ? -1 : 0;
            var refusal = token.Kind switch
            {
                SqlTokenKind.Ambiguous => $"'{token.Text}' outside of quotes is read differently by different versions: leave it out.",
                SqlTokenKind.Open => CallRefusal(previous),
                SqlTokenKind.Word or SqlTokenKind.QuotedName => NameRefusal(token, previous, isAfterSettings),
                _ => null,
            };
            if (refusal is not null)
            {
                return refusal;
            }

            isAfterSettings = depth > 0 && token.Is("SETTINGS") && !IsColumnOrAlias(previous);
            previous = token;
        }

        return null;
    }

    private static bool IsColumnOrAlias(SqlToken previous) => previous.Kind == SqlTokenKind.Dot || previous.Is("AS");

    private static string? NameRefusal(SqlToken token, SqlToken previous, bool isAfterSettings)
    {
        // Read-only mode looks at the settings of the whole statement only, not at those of a subquery.
        if (isAfterSettings && (token.Kind == SqlTokenKind.QuotedName || !AfterColumn.Contains(token.Text)))
        {
            return "SETTINGS in a subquery are refused; write a column of that name with its table, as in t.settings.";
        }

        if (Functions.Contains(token.Text) && !IsColumnOrAlias(previous))
        {
            return $"{token.Text}() reaches outside of the tables and is refused; write a column of that name with its table, as in t.{token.Text}.";
        }

        return token.Text == "Identifier" && previous.Kind == SqlTokenKind.Colon
            ? "A parameter of type Identifier is refused: write names into the SQL."
            : null;
    }

    /// <summary>The table function eval runs a text as SQL, which no wall would have seen.</summary>
    private static string? CallRefusal(SqlToken previous) =>
        previous.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName && previous.Text.Equals("eval", StringComparison.OrdinalIgnoreCase)
            ? "eval() runs a text as SQL and is refused."
            : null;
}
