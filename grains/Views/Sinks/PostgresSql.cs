namespace Analytics.Grains.Views.Sinks;

/// <summary>The statements of a view's table in PostgreSQL.</summary>
internal static class PostgresSql
{
    /// <summary>How far views are, a row each; it changes in the transaction that writes their windows.</summary>
    public const string Progress = "analytics_views";

    /// <summary>Makes <see cref="Progress"/>. Two that make it at once must not fail, which the lock is for.</summary>
    public const string CreateProgress =
        $"""
        SELECT pg_advisory_xact_lock(hashtext('{Progress}'));
        CREATE TABLE IF NOT EXISTS {Progress} (
          project text, metric text, view text, target text NOT NULL, definition text NOT NULL, is_keyed boolean NOT NULL, last_window timestamptz, changed timestamptz NOT NULL DEFAULT now(),
          PRIMARY KEY (project, metric, view))
        """;

    /// <summary>Reads a view's row, and lets nobody else change it before the transaction ends.</summary>
    public const string ReadProgress =
        $"SELECT target, definition, is_keyed, last_window FROM {Progress} WHERE project = $1 AND metric = $2 AND view = $3 FOR UPDATE";

    /// <summary>Begins a view's row, or begins it anew for another definition or table.</summary>
    public const string SetProgress =
        $"""
        INSERT INTO {Progress} (project, metric, view, target, definition, is_keyed, last_window) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (project, metric, view) DO UPDATE SET target = $4, definition = $5, is_keyed = $6, last_window = $7, changed = now()
        """;

    /// <summary>Another view that writes to a table.</summary>
    public const string ReadOwner =
        $"SELECT project || '/' || metric || ', view ' || view FROM {Progress} WHERE target = $4 AND (project, metric, view) <> ($1, $2, $3) LIMIT 1";

    /// <summary>The key of a table of ours, and its columns.</summary>
    public const string ReadKey =
        """
        SELECT conname::text, (SELECT array_agg(attname::text) FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY(conkey))
        FROM pg_constraint WHERE conrelid = to_regclass($1) AND contype = 'u'
        """;

    /// <summary>Moves a view's row.</summary>
    public const string MoveProgress = $"UPDATE {Progress} SET last_window = $4, changed = now() WHERE project = $1 AND metric = $2 AND view = $3";

    /// <summary>The columns of a table that is there, with their types.</summary>
    public const string ReadColumns =
        "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped";

    /// <summary>The table of a view.</summary>
    public static string Create(PostgresTarget target, bool hasKey)
    {
        var columns = target.Columns.Where(pair => pair.Column.Type is not null || pair.Column.Source == RollupSource.Group)
            .Select(pair => $"{PostgresTarget.QuoteName(pair.Name)} {TypeOf(pair.Column)}{(pair.Column.IsFixed ? " NOT NULL" : string.Empty)}");
        var key = hasKey ? $", UNIQUE NULLS NOT DISTINCT ({string.Join(", ", target.Key.Select(PostgresTarget.QuoteName))})" : string.Empty;
        return $"CREATE TABLE {target.Table} ({string.Join(", ", columns)}{key})";
    }

    /// <summary>Ends the key of a table of ours.</summary>
    public static string DropKey(PostgresTarget target, string name) => $"ALTER TABLE {target.Table} DROP CONSTRAINT {PostgresTarget.QuoteName(name)}";

    /// <summary>Gives a table of ours a column whose field had no values before.</summary>
    public static string Add(PostgresTarget target, string name, RollupColumn column) =>
        $"ALTER TABLE {target.Table} ADD COLUMN IF NOT EXISTS {PostgresTarget.QuoteName(name)} {TypeOf(column)}";

    /// <summary>Writes rows, each parameter an array with one column's values as text.</summary>
    /// <param name="target">The table.</param>
    /// <param name="names">The columns, unquoted, in the order of the parameters.</param>
    /// <param name="typeOf">A column's type.</param>
    /// <param name="isKeyed">Whether the table knows a row by its window and group.</param>
    public static string Insert(PostgresTarget target, IReadOnlyList<string> names, IReadOnlyDictionary<string, string> typeOf, bool isKeyed)
    {
        var columns = string.Join(", ", names.Select(PostgresTarget.QuoteName));
        var values = string.Join(", ", names.Select((name, i) => $"CAST(v.c{i} AS {typeOf[name]})"));
        var arrays = string.Join(", ", names.Select((_, i) => $"${i + 1}::text[]"));
        var aliases = string.Join(", ", names.Select((_, i) => $"c{i}"));
        var aggregates = target.Columns.Where(pair => pair.Column.Source == RollupSource.Aggregate && names.Contains(pair.Name)).Select(pair => PostgresTarget.QuoteName(pair.Name)).ToArray();
        var conflict = !isKeyed ? string.Empty
            : $" ON CONFLICT ({string.Join(", ", target.Key.Select(PostgresTarget.QuoteName))}) " + (aggregates.Length == 0 ? "DO NOTHING" : $"DO UPDATE SET {string.Join(", ", aggregates.Select(name => $"{name} = EXCLUDED.{name}"))}");
        return $"INSERT INTO {target.Table} ({columns}) SELECT {values} FROM unnest({arrays}) AS v({aliases}){conflict}";
    }

    // Wide enough for whatever the field becomes. A group's value without a type has none yet, and belongs to the key.
    private static string TypeOf(RollupColumn column) => column.Type switch
    {
        RollupType.Bool => "boolean",
        RollupType.Time => "timestamptz",
        RollupType.Integer when column.Source == RollupSource.Aggregate => "bigint",
        RollupType.Integer or RollupType.LargeInteger or RollupType.Number => "numeric",
        _ => "text",
    };
}
