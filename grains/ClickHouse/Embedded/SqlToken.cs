namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>One token of a text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">A name's decoded text, an ambiguous token's own; empty for the others.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, string Text);
