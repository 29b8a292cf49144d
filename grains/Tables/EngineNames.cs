using System.Collections.Frozen;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Tables;

/// <summary>
/// Names that a column of a MergeTree table cannot have, or that mean something else in a query: tried on the engine. A refused column
/// would hold up its metric's inserts for ever, so values of such fields go to <c>_extra</c>.
/// </summary>
internal static class EngineNames
{
    // Virtual columns of MergeTree: a few are refused as columns, the others hide the table's own column in a query.
    private static readonly FrozenSet<string> Virtual = new[]
    {
        "_block_number", "_block_offset", "_database", "_disk_name", "_distance", "_part", "_part_data_version", "_part_granule_offset", "_part_index",
        "_part_offset", "_part_starting_offset", "_part_uuid", "_partition_id", "_partition_value", "_row_exists", "_sample_factor", "_table",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether no column of any type can have this name. The map's parts have files of their own, <c>_extra.keys</c> and <c>_extra.values</c>.</summary>
    public static bool IsTaken(string name) =>
        Virtual.Contains(name) || name.StartsWith(FixedColumns.Extra + ".", StringComparison.Ordinal);

    /// <summary>Whether the name has a dot: arrays <c>a.b</c> and <c>a.c</c> would be one nested structure, whose arrays must all be of one length.</summary>
    public static bool IsNested(string name) => name.Contains('.', StringComparison.Ordinal);
}
