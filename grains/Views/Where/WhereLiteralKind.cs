namespace Analytics.Grains.Views.Where;

/// <summary>What a literal is.</summary>
internal enum WhereLiteralKind
{
    /// <summary>An integer of 64 bits.</summary>
    Integer,

    /// <summary>Any other number.</summary>
    Number,

    /// <summary>A text, which for a field of times is a time.</summary>
    Text,

    /// <summary>True or false.</summary>
    Bool,
}
