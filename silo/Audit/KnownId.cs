namespace Analytics.Silo.Audit;

/// <summary>Where a table has rows with an id, as seen from one partition.</summary>
/// <param name="IsElsewhere">Whether in another partition.</param>
/// <param name="IsHere">Whether in this one.</param>
/// <param name="Offset">The first one's offset here.</param>
/// <param name="Sequence">Its index in the message.</param>
internal readonly record struct KnownId(bool IsElsewhere, bool IsHere, long Offset, long Sequence)
{
    /// <summary>Whether an input of this partition at a later position than a row with its id, or one with its id elsewhere, is a repeat.</summary>
    public bool Explains(long offset, long sequence) =>
        IsElsewhere || (IsHere && (Offset < offset || (Offset == offset && Sequence < sequence)));
}
