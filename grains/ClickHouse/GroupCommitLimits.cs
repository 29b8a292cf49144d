namespace Analytics.Grains.ClickHouse;

/// <summary>Bounds of a <see cref="GroupCommit{T}"/>.</summary>
/// <param name="What">What is saved, for messages.</param>
/// <param name="GroupBytesMax">Bytes of a group from which on the rest waits for the next one; a single larger one goes alone.</param>
/// <param name="WaitingBytesMax">Bytes that may wait; beyond it one is refused.</param>
/// <param name="CountMin">As many are a group at once.</param>
/// <param name="Interval">Between the beginnings of two groups of fewer.</param>
internal sealed record GroupCommitLimits(string What, long GroupBytesMax, long WaitingBytesMax, int CountMin, TimeSpan Interval);
