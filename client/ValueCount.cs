namespace Analytics.Client;

/// <summary>A value and how often it occurs.</summary>
/// <param name="Value">As text.</param>
/// <param name="Count">Number of events.</param>
public sealed record ValueCount(string Value, long Count);
