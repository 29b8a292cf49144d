namespace Analytics.Client;

/// <summary>What became of tracked events. Accepted ones are durable.</summary>
/// <param name="Accepted">Events taken.</param>
/// <param name="Rejected">Events refused; the server keeps them as dead letters.</param>
/// <param name="Errors">Why, for the first hundred refused events of each request.</param>
public sealed record TrackResult(int Accepted, int Rejected, IReadOnlyList<TrackError> Errors);
