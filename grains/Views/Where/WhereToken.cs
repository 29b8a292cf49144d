namespace Analytics.Grains.Views.Where;

/// <summary>A word of a condition.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">A name or a text without its quotes, anything else as it was written.</param>
/// <param name="Position">Where it begins, characters from 1 on.</param>
internal readonly record struct WhereToken(WhereTokenKind Kind, string Text, int Position)
{
    /// <summary>Whether it is this keyword, in any case; a quoted name is none.</summary>
    public bool IsWord(string word) => Kind == WhereTokenKind.Name && string.Equals(Text, word, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is this sign.</summary>
    public bool IsSign(string sign) => Kind == WhereTokenKind.Sign && Text == sign;

    /// <summary>As a message shows it.</summary>
    public override string ToString() => Kind == WhereTokenKind.End ? "the end" : $"'{Text}'";
}
