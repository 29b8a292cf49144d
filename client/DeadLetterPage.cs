namespace Analytics.Client;

/// <summary>Some dead letters, newest first.</summary>
/// <param name="DeadLetters">The letters.</param>
/// <param name="Next">For <see cref="DeadLetterFilter.Before"/> of the next page; <see langword="null"/> on the last one.</param>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetter> DeadLetters, string? Next);
