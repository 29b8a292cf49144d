namespace Analytics.Client;

/// <summary>A value and how often it occurs.</summary>
/// <param name="Value">As text.</param>
/// <param name="Count">Number of events.</param>
public sealed record ValueCount(string Value, long Count)
{
    /// <summary>By how much the count is too high at most, with a probability of 98 %; <see langword="null"/> when it is exact.</summary>
    public long? Error { get; init; }
}
