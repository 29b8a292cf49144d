namespace Analytics.Client;

/// <summary>Events received lately.</summary>
/// <param name="Second">In the last complete second.</param>
/// <param name="Minute">In the last 60 complete seconds.</param>
public sealed record EventRate(long Second, long Minute);
