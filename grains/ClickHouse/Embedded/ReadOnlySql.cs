namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>
/// The first of three walls around users' SQL: what neither the reader role nor read-only mode forbids, found in the text.
/// The others are <see cref="EngineConfig.ReaderRole"/> and the engine's own classification of the statement.
/// </summary>
internal static class ReadOnlySql
{
    /// <summary>Says why the text is refused, or null when this wall has nothing against it.</summary>
    public static string? Refusal(string sql)
    {
        var lexer = new SqlLexer(sql);
        var previous = default(SqlToken);
        while (lexer.TryNext(out var token))
        {
            var refusal = token.Kind switch
            {
                SqlTokenKind.Ambiguous => $"'{token.Text}' outside of quotes is read differently by different versions: leave it out.",
                SqlTokenKind.Name => NameRefusal(token.Text, previous),
                _ => null,
            };
            if (refusal is not null)
            {
                return refusal;
            }

            previous = token;
        }

        return null;
    }

    /// <summary>
    /// The function file() reads any file of the server, and no right or setting of the engine forbids it to a reader. A function's name may stand
    /// alone (<c>arrayMap(file, …)</c>, <c>APPLY file</c>), so every plain name "file" is refused; a column is written with its table, and an alias after AS is harmless.
    /// </summary>
    private static string? NameRefusal(string name, SqlToken previous)
    {
        if (previous.Kind == SqlTokenKind.Dot || (previous.Kind == SqlTokenKind.Name && previous.Text.Equals("AS", StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        if (name is "file" or "catboostEvaluate")
        {
            return $"{name}() reads files of the server and is refused; write a column of that name with its table, as in t.{name}.";
        }

        return name == "Identifier" && previous.Kind == SqlTokenKind.Colon
            ? "A parameter of type Identifier is refused: write names into the SQL."
            : null;
    }
}
