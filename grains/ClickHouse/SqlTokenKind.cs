namespace Analytics.Grains.ClickHouse;

/// <summary>What <see cref="SqlLexer"/> tells apart; all that the wall for users' SQL needs.</summary>
internal enum SqlTokenKind : byte
{
    /// <summary>Nothing before.</summary>
    None = 0,

    /// <summary>A keyword or bare name.</summary>
    Word = 1,

    /// <summary>A name in backticks or double quotes, without them and its escapes.</summary>
    QuotedName = 2,

    /// <summary>A dot.</summary>
    Dot = 3,

    /// <summary>A colon.</summary>
    Colon = 4,

    /// <summary>An opening parenthesis.</summary>
    Open = 5,

    /// <summary>A closing parenthesis.</summary>
    Close = 6,

    /// <summary>A string, a number or any other sign.</summary>
    Other = 7,

    /// <summary>Something that could begin a comment or a quotation, or not.</summary>
    Ambiguous = 8,

    /// <summary>A semicolon.</summary>
    Semicolon = 9,
}
