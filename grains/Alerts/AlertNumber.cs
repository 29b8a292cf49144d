namespace Analytics.Grains.Alerts;

/// <summary>A number that an alert is on, as of one moment.</summary>
/// <param name="Value">The number; <see langword="null"/> when there is none, as an average of nothing.</param>
/// <param name="Of">Of what it is, for people: <c>p99 of amount</c>.</param>
internal readonly record struct AlertNumber(double? Value, string Of);
