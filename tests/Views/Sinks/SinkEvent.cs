namespace Analytics.Tests.Views.Sinks;

/// <summary>An event as it is summed by hand.</summary>
/// <param name="TimeMs">Its time.</param>
/// <param name="ReceivedMs">When it was received.</param>
/// <param name="Branch">The group; <see langword="null"/> for none.</param>
/// <param name="Amount">What is summed.</param>
internal sealed record SinkEvent(long TimeMs, long ReceivedMs, string? Branch, long Amount);
