namespace Analytics.Client;

/// <summary>A dead letter that is no event now either.</summary>
/// <param name="Position">The letter's position.</param>
/// <param name="Code">Why, as of now; stable.</param>
/// <param name="Message">The reason in words.</param>
public sealed record StillRefused(string Position, string Code, string Message);
