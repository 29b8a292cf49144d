namespace Analytics.Cli.Demos;

/// <summary>What an API takes of a service's time.</summary>
/// <param name="Api">The API's number.</param>
/// <param name="Calls">Its calls.</param>
/// <param name="Taken">The time they took, milliseconds.</param>
/// <param name="Share">Its part of all APIs' time, 0 to 1.</param>
/// <param name="Rank">The part of the other APIs that took less, 0 to 1.</param>
internal sealed record ApiShare(long Api, long Calls, double Taken, double Share, double Rank);
