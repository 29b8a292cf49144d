namespace Analytics.Client;

/// <summary>
/// Which dead letters to replay: <see cref="All"/>, or those that satisfy every one of <see cref="Code"/>, <see cref="Project"/>,
/// <see cref="Metric"/>, <see cref="From"/> and <see cref="To"/> that is set, or <see cref="Positions"/>.
/// </summary>
public sealed record DeadLetterReplay
{
    /// <summary>Every letter.</summary>
    public bool? All { get; init; }

    /// <summary>Those with this code.</summary>
    public string? Code { get; init; }

    /// <summary>Those that name this project.</summary>
    public string? Project { get; init; }

    /// <summary>Those that name this metric.</summary>
    public string? Metric { get; init; }

    /// <summary>Those from this time on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Those before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>These, 1-1,000 of them: each the <see cref="DeadLetter.Position"/> of a letter.</summary>
    public IReadOnlyList<string>? Positions { get; init; }

    /// <summary>Letters looked at in one request, 1-100,000; the server's default is 1,000.</summary>
    public int? Limit { get; init; }

    /// <summary><see cref="DeadLetterReplayResult.Next"/> of the request before.</summary>
    public string? After { get; init; }

    /// <summary>Also those that were replayed before. What is still in its table stays there once.</summary>
    public bool? Again { get; init; }

    /// <summary>Judge only: the result says what would become of them.</summary>
    public bool? DryRun { get; init; }
}
