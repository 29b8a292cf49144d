namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>What <see cref="SqlLexer"/> tells apart; all that the wall for users' SQL needs.</summary>
internal enum SqlTokenKind : byte
{
    /// <summary>Nothing before.</summary>
    None = 0,

    /// <summary>A keyword or name, bare or quoted, without its quotes and escapes.</summary>
    Name = 1,

    /// <summary>A dot.</summary>
    Dot = 2,

    /// <summary>A colon.</summary>
    Colon = 3,

    /// <summary>A string, a number or any other sign.</summary>
    Other = 4,

    /// <summary>Something that could begin a comment or a quotation, or not.</summary>
    Ambiguous = 5,
}
