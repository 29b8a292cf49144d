using System.Collections.Frozen;

namespace Analytics.Grains.Columns;

/// <summary>The columns every metric's table begins with. A field with one of these names cannot have a column: its values go to
/// <c>_extra</c>.</summary>
public static class FixedColumns
{
    /// <summary>When the event happened.</summary>
    public const string Time = "_time";

    /// <summary>The event's id, empty without one.</summary>
    public const string Id = "_id";

    /// <summary>When the log received the event.</summary>
    public const string Received = "_received";

    /// <summary>The log partition.</summary>
    public const string Partition = "_partition";

    /// <summary>The log offset of the event's message.</summary>
    public const string Offset = "_offset";

    /// <summary>The event's index in its message.</summary>
    public const string Sequence = "_seq";

    /// <summary>When the block was inserted; the same for all of its rows, and what partitions the table.</summary>
    public const string Inserted = "_inserted";

    /// <summary>Values no column could take, as text by field name.</summary>
    public const string Extra = "_extra";

    /// <summary>A row's <see cref="Time"/> in UTC milliseconds since 1970.</summary>
    internal const string TimeMsSql = $"toUnixTimestamp64Milli({Time})";

    /// <summary>A row's <see cref="Received"/> in UTC milliseconds since 1970.</summary>
    internal const string ReceivedMsSql = $"toUnixTimestamp64Milli({Received})";

    /// <summary>Names and SQL types in the order of the table. (In a block <c>_extra</c> comes after the fields' columns.)</summary>
    public static readonly IReadOnlyList<(string Name, string Sql)> All =
    [
        (Time, "DateTime64(3, 'UTC')"),
        (Id, "String"),
        (Received, "DateTime64(3, 'UTC')"),
        (Partition, "UInt32"),
        (Offset, "UInt64"),
        (Sequence, "UInt32"),
        (Inserted, "DateTime('UTC')"),
        (Extra, "Map(String, String)"),
    ];

    private static readonly FrozenSet<string> Names = All.Select(column => column.Name).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether <paramref name="name"/> is one of them.</summary>
    public static bool Contains(string name) => Names.Contains(name);
}
