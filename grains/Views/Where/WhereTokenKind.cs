namespace Analytics.Grains.Views.Where;

/// <summary>What a word of a condition is.</summary>
internal enum WhereTokenKind
{
    /// <summary>A field's name, or a keyword.</summary>
    Name,

    /// <summary>A field's name in quotation marks or backticks.</summary>
    QuotedName,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A text in apostrophes.</summary>
    Text,

    /// <summary>A bracket, a comma, an operator.</summary>
    Sign,

    /// <summary>The end.</summary>
    End,
}
