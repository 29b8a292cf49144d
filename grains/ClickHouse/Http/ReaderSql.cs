using System.Collections.Frozen;

namespace Analytics.Grains.ClickHouse.Http;

/// <summary>
/// What a user's SQL may not be, found in its text: the wall in place of the embedded engine's own look at the statement and of its reader role. It stands behind
/// <see cref="ReadOnlySql"/> and before <c>readonly = 1</c>, which forbids every change, and table functions that need the right to make temporary tables. What
/// it does not forbid is refused here: reading other servers by <c>cluster()</c>, and looking at users. The others are refused too, so that one forgotten grant does not open them.
/// </summary>
internal static class ReaderSql
{
    /// <summary>The refusal of everything that does not read.</summary>
    public const string OnlyReads = "Only SELECT, SHOW, DESCRIBE, EXPLAIN and EXISTS are allowed here, and no INTO OUTFILE.";

    /// <summary>The refusal of a format of its own.</summary>
    public const string NoFormat = "The SQL ends with a FORMAT clause or a semicolon: leave it out, the format is named beside the SQL.";

    private const string AccessRefusal = "Users, roles, grants and quotas are not shown here.";

    private static readonly FrozenSet<string> Beginnings =
        Set("SELECT", "WITH", "FROM", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "EXISTS");

    // Table functions that reach outside, without the ending "Cluster" that many of them have a variant with.
    private static readonly FrozenSet<string> OutsideFunctions = Set(
        "arrowFlight", "arrowStream", "azureBlobStorage", "cluster", "clusterAllReplicas", "cosn", "deltaLake", "deltaLakeAzure", "deltaLakeLocal", "deltaLakeS3",
        "executable", "file", "filesystem", "gcs", "hdfs", "hive", "hudi", "iceberg", "icebergAzure", "icebergHDFS", "icebergLocal", "icebergS3", "input", "jdbc", "mongodb",
        "mysql", "odbc", "oss", "paimon", "paimonAzure", "paimonHDFS", "paimonLocal", "paimonS3", "postgresql", "redis", "remote", "remoteSecure", "s3", "sqlite", "url", "ytsaurus");

    // Who may do what, and with which credentials.
    private static readonly FrozenSet<string> AccessTables = Set(
        "users", "roles", "role_grants", "grants", "settings_profiles", "settings_profile_elements", "row_policies", "quotas", "quota_limits", "quota_usage", "quotas_usage",
        "user_directories", "named_collections", "certificates", "session_log");

    private static readonly FrozenSet<string> AccessWords =
        Set("ACCESS", "GRANTS", "USER", "USERS", "ROLE", "ROLES", "QUOTA", "QUOTAS", "PROFILE", "PROFILES", "POLICY", "POLICIES");

    // GROUP BY … WITH TOTALS and the like are about what is before them.
    private static readonly FrozenSet<string> Modifiers = Set("TOTALS", "ROLLUP", "CUBE", "TIES", "FILL");

    /// <summary>Says why the text is refused, or null when this wall has nothing against it.</summary>
    /// <param name="sql">The text.</param>
    /// <param name="isUnknown">Whether it begins like nothing that is allowed: maybe it is no SQL at all.</param>
    public static string? Refusal(string sql, out bool isUnknown)
    {
        var tokens = TokensOf(sql);
        isUnknown = tokens.Find(static token => token.Kind != SqlTokenKind.Open) is var first && !(first.Kind == SqlTokenKind.Word && Beginnings.Contains(first.Text));
        var statementCount = CountStatements(tokens);
        if (statementCount > 1)
        {
            return $"The SQL has {statementCount} statements: send one at a time.";
        }

        if (isUnknown)
        {
            return OnlyReads;
        }

        if (tokens[^1].Kind == SqlTokenKind.Semicolon)
        {
            return NoFormat;
        }

        if (IsAboutAccess(tokens))
        {
            return AccessRefusal;
        }

        for (var i = 1; i < tokens.Count; i++)
        {
            if (PairRefusal(tokens[i - 1], tokens[i]) is { } refusal)
            {
                return refusal;
            }

            if (i > 1 && IsNamed(tokens[i - 2], "system") && tokens[i - 1].Kind == SqlTokenKind.Dot && AccessTables.Contains(tokens[i].Text))
            {
                return AccessRefusal;
            }
        }

        return null;
    }

    private static bool IsNamed(SqlToken token, string name) =>
        token.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName && token.Text.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static List<SqlToken> TokensOf(string sql)
    {
        var tokens = new List<SqlToken>();
        var lexer = new SqlLexer(sql);
        while (lexer.TryNext(out var token))
        {
            tokens.Add(token);
        }

        return tokens;
    }

    private static int CountStatements(List<SqlToken> tokens)
    {
        var count = 1;
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            var isNext = tokens[i].Kind == SqlTokenKind.Semicolon && tokens[i + 1].Kind != SqlTokenKind.Semicolon && i > 0;
            var isParallel = tokens[i].Is("PARALLEL") && tokens[i + 1].Is("WITH") && i + 2 < tokens.Count && !Modifiers.Contains(tokens[i + 2].Text);
            count += isNext || isParallel ? 1 : 0;
        }

        return count;
    }

    private static bool IsAboutAccess(List<SqlToken> tokens)
    {
        if (!tokens[0].Is("SHOW") || tokens.Count < 2)
        {
            return false;
        }

        // SHOW USERS; SHOW CREATE USER, SHOW CURRENT ROLES, SHOW ROW POLICIES, SHOW SETTINGS PROFILES. Behind CREATE a name without TABLE before it may be a table's.
        var isSecond = tokens.Count > 2 && (tokens[1].Is("CREATE") || tokens[1].Is("CURRENT") || tokens[1].Is("ENABLED") || tokens[1].Is("ROW") || tokens[1].Is("SETTINGS"));
        return IsAccessWord(tokens[1]) || (isSecond && (IsAccessWord(tokens[2]) || tokens[2].Is("ROW") || tokens[2].Is("SETTINGS")));
    }

    private static bool IsAccessWord(SqlToken token) => token.Kind == SqlTokenKind.Word && AccessWords.Contains(token.Text);

    private static string? PairRefusal(SqlToken one, SqlToken next)
    {
        if (one.Is("INTO") && next.Is("OUTFILE"))
        {
            return OnlyReads;
        }

        var isCall = one.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName && next.Kind == SqlTokenKind.Open;
        return isCall && IsOutside(one.Text) ? $"{one.Text}() reaches outside of the tables and is refused." : null;
    }

    private static bool IsOutside(string name)
    {
        const string Cluster = "Cluster";
        return OutsideFunctions.Contains(name)
            || (name.EndsWith(Cluster, StringComparison.OrdinalIgnoreCase) && OutsideFunctions.Contains(name[..^Cluster.Length]));
    }

    private static FrozenSet<string> Set(params string[] names) => names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
