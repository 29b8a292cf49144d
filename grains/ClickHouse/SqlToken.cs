namespace Analytics.Grains.ClickHouse;

/// <summary>One token of a text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">A word's text, a quoted name's decoded text, an ambiguous token's own; empty for the others.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, string Text)
{
    /// <summary>Whether this is the keyword, in any case of letters.</summary>
    /// <param name="keyword">In upper case.</param>
    public bool Is(string keyword) => Kind == SqlTokenKind.Word && Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);
}
