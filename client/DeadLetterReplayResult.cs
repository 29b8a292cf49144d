namespace Analytics.Client;

/// <summary>What became of dead letters: <c>Matched = Replayed + StillRefusedCount + Truncated + Already</c>.</summary>
/// <param name="Matched">Letters that were meant.</param>
/// <param name="Replayed">Letters whose events are in the log now.</param>
/// <param name="StillRefused">The first hundred of those that are still refused, and why.</param>
/// <param name="StillRefusedCount">Letters that are still refused.</param>
/// <param name="Truncated">Letters whose bytes were cut, so that there is nothing whole to replay.</param>
/// <param name="Already">Letters that were replayed before.</param>
/// <param name="Next">For <see cref="DeadLetterReplay.After"/> of the next request; <see langword="null"/> when all were looked at.</param>
public sealed record DeadLetterReplayResult(
    long Matched, long Replayed, IReadOnlyList<StillRefused> StillRefused, long StillRefusedCount, long Truncated, long Already, string? Next);
