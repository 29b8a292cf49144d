using Analytics.Grains.ClickHouse;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Views.Sinks;

/// <summary>The DDL of a view's table in ClickHouse.</summary>
internal static class RollupSql
{
    private const string TimeType = "DateTime64(3, 'UTC')";

    /// <summary>The table with the columns that every view's has. Not in partitions: an insert has to be one part.</summary>
    public static string Create(ServerLayout layout, string database, string table) => TablePlace.CreateOnAll(
        layout, SqlText.Table(database, table), database, table,
        $"{RollupShape.StartName} {TimeType}, {RollupShape.EndName} {TimeType}, {RollupShape.OtherName} Bool, {RollupShape.DefinitionName} LowCardinality(String)",
        "MergeTree", $"ORDER BY {RollupShape.StartName}");

    /// <summary>What gives the table the columns it lacks; <see langword="null"/> when it lacks none.</summary>
    /// <param name="layout">The server's.</param>
    /// <param name="quotedTable">The table.</param>
    /// <param name="has">Its columns, with their types.</param>
    /// <param name="wanted">Those it is to have.</param>
    public static string? Alter(ServerLayout layout, string quotedTable, IReadOnlyDictionary<string, string> has, IEnumerable<RollupColumn> wanted)
    {
        var changes = wanted.Where(column => !column.IsFixed && column.Type is not null).Select(column => (column.Name, Type: TypeOf(column), Old: has.GetValueOrDefault(column.Name)))
            .Where(column => column.Old is null || (column.Old != column.Type && column.Type == TypeOf(RollupType.Number)))
            .Select(column => $"{(column.Old is null ? "ADD COLUMN IF NOT EXISTS" : "MODIFY COLUMN")} {SqlText.Identifier(column.Name)} {column.Type}").ToList();
        return changes.Count == 0 ? null : $"ALTER TABLE {quotedTable}{layout.OnCluster} {string.Join(", ", changes)} SETTINGS alter_sync = 2, mutations_sync = 2";
    }

    /// <summary>A column's type.</summary>
    public static string TypeOf(RollupColumn column) => column.Source switch
    {
        RollupSource.Start or RollupSource.End => TimeType,
        RollupSource.Other => "Bool",
        _ => TypeOf(column.Type!.Value),
    };

    private static string TypeOf(RollupType type) => type switch
    {
        RollupType.Text => "Nullable(String)",
        RollupType.Bool => "Nullable(Bool)",
        RollupType.Integer => "Nullable(Int64)",
        RollupType.LargeInteger => "Nullable(Int128)",
        RollupType.Number => "Nullable(Float64)",
        _ => $"Nullable({TimeType})",
    };
}
