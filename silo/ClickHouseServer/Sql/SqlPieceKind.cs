namespace Analytics.Silo.ClickHouseServer.Sql;

/// <summary>What <see cref="SqlScanner"/> tells apart.</summary>
internal enum SqlPieceKind : byte
{
    /// <summary>The text is at its end.</summary>
    End = 0,

    /// <summary>A keyword, a bare name or a number.</summary>
    Word = 1,

    /// <summary>A name in backticks or double quotes.</summary>
    QuotedName = 2,

    /// <summary>A string.</summary>
    Text = 3,

    /// <summary>An opening parenthesis, bracket or brace.</summary>
    Open = 4,

    /// <summary>A closing one.</summary>
    Close = 5,

    /// <summary>A dot.</summary>
    Dot = 6,

    /// <summary>A semicolon.</summary>
    Semicolon = 7,

    /// <summary>Any other sign.</summary>
    Other = 8,
}
