namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>Checks and runs one statement that a user wrote, on a reader's connection.</summary>
internal static class ReaderStatement
{
    /// <summary>Runs it, or says in the user's words why not.</summary>
    public static byte[] Run(
        EmbeddedConnection connection, string sql, string format, IReadOnlyDictionary<string, string>? parameters, long answerBytesMax)
    {
        Check(connection, sql);
        return connection.Query(sql, format, parameters, answerBytesMax);
    }

    /// <summary>Returns when the statement may run.</summary>
    /// <exception cref="ClickHouseException">It may not, or is none.</exception>
    public static void Check(EmbeddedConnection connection, string sql)
    {
        if (ReadOnlySql.Refusal(sql) is { } refusal)
        {
            throw new ClickHouseException(EngineError.Readonly, refusal);
        }

        var (statementClass, statementCount) = connection.Classify(sql);
        if (statementClass == ChdbNative.ClassUnknown)
        {
            RequireSyntax(connection, sql);
            throw new ClickHouseException(EngineError.SyntaxError, "The SQL is not a statement that can be run here.");
        }

        if (statementCount != 1)
        {
            throw new ClickHouseException(EngineError.Readonly, $"The SQL has {statementCount} statements: send one at a time.");
        }

        if (statementClass != ChdbNative.ClassReadOnly)
        {
            throw new ClickHouseException(EngineError.Readonly, "Only SELECT, SHOW, DESCRIBE, EXPLAIN and EXISTS are allowed here, and no INTO OUTFILE.");
        }

        // A second FORMAT does not parse: this is how one in the text is found.
        if (connection.Classify(sql + "\nFORMAT Null").Class == ChdbNative.ClassUnknown)
        {
            throw new ClickHouseException(
                EngineError.Readonly, "The SQL ends with a FORMAT clause or a semicolon: leave it out, the format is named beside the SQL.");
        }
    }

    /// <summary>Lets the engine say what is wrong, by a function that only parses. The text itself is not run: its first statements might
    /// be.</summary>
    /// <exception cref="ClickHouseException">The text is not one statement.</exception>
    public static void RequireSyntax(EmbeddedConnection connection, string sql) =>
        connection.Query("SELECT formatQuery({sql:String})", "Null", new Dictionary<string, string> { ["sql"] = SqlText.Parameter(sql) });
}
