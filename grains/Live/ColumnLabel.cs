using Analytics.Grains.Columns;

namespace Analytics.Grains.Live;

/// <summary>A column's type as people read it: without Nullable and without how strings are stored.</summary>
internal static class ColumnLabel
{
    private const string Dictionary = "LowCardinality(String)";

    private static readonly ColumnType[] All = Enum.GetValues<ColumnType>();

    /// <summary>Every type that <see cref="Parse"/> knows, for messages.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(Exactly));

    /// <summary>The short form.</summary>
    public static string Of(ColumnType type) => type switch
    {
        ColumnType.LowCardinalityString => "String",
        ColumnType.ArrayBool => "Array(Bool)",
        ColumnType.ArrayInt64 => "Array(Int64)",
        ColumnType.ArrayFloat64 => "Array(Float64)",
        ColumnType.ArrayString => "Array(String)",
        _ => type.ToString(),
    };

    /// <summary>The type of a short form, in any case, or of ClickHouse's own text; <see langword="null"/> when it is neither.
    /// <c>LowCardinality(String)</c> is a column of strings with a dictionary, <c>String</c> one without.</summary>
    public static ColumnType? Parse(string text) =>
        ColumnTypeText.FromSql(text)
        ?? All.Where(type => Exactly(type).Equals(text, StringComparison.OrdinalIgnoreCase)).Select(static type => (ColumnType?)type).FirstOrDefault();

    private static string Exactly(ColumnType type) => type == ColumnType.LowCardinalityString ? Dictionary : Of(type);
}
