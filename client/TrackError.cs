namespace Analytics.Client;

/// <summary>Why an event was refused.</summary>
/// <param name="Index">Its index among the tracked events.</param>
/// <param name="Code">Stable, for example <c>project_invalid</c>.</param>
/// <param name="Message">The reason in words.</param>
public sealed record TrackError(int Index, string Code, string Message);
