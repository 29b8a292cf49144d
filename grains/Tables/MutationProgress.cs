namespace Analytics.Grains.Tables;

/// <summary>Where a mutation stands.</summary>
/// <param name="PartsToDo">Parts that are still to be written anew.</param>
/// <param name="IsDone">Whether it has ended.</param>
/// <param name="FailReason">Why its last try failed; <see langword="null"/> when none has.</param>
internal sealed record MutationProgress(long PartsToDo, bool IsDone, string? FailReason);
