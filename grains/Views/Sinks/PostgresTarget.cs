using Analytics.GrainInterfaces.Views;

namespace Analytics.Grains.Views.Sinks;

/// <summary>What a view writes to PostgreSQL, and where: names are those of its definition, or the usual ones.</summary>
/// <param name="Table">The table, quoted.</param>
/// <param name="Columns">Each column that is written, with its name there, unquoted.</param>
internal sealed record PostgresTarget(string Table, IReadOnlyList<(string Name, RollupColumn Column)> Columns)
{
    /// <summary>Reads a definition.</summary>
    public static PostgresTarget Of(ViewSink sink, string table, RollupShape shape) => new(
        Quote(table),
        sink.Columns.Length == 0
            ? [.. shape.Columns.Select(column => (column.Name, column))]
            : [.. sink.Columns.Select(named => (named.Column, shape.Columns.First(column => column.Name == named.Source)))]);

    /// <summary>Whether a row is known by its window and its group: a table of ours has them as its key.</summary>
    public bool HasKey(RollupShape shape) =>
        Columns.Any(pair => pair.Column.Source is RollupSource.Start or RollupSource.End)
        && shape.Columns.All(column => column.Source is not (RollupSource.Group or RollupSource.Other) || Columns.Any(pair => pair.Column == column));

    /// <summary>The columns of that key, unquoted.</summary>
    public IEnumerable<string> Key => Columns.Where(pair => pair.Column.Source != RollupSource.Aggregate).Select(pair => pair.Name);

    /// <summary>A table's name, quoted, with its schema if one is named before a dot.</summary>
    public static string Quote(string table) => string.Join('.', table.Split('.', 2).Select(QuoteName));

    /// <summary>A name, quoted.</summary>
    public static string QuoteName(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
