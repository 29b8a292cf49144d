namespace Analytics.Client;

/// <summary>Which dead letters are wanted: those that satisfy every member that is set.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>Letters of one page, 1-1,000; the server's default is 100.</summary>
    public int? Limit { get; init; }

    /// <summary>Only those with this code, for example <c>string_too_long</c>.</summary>
    public string? Code { get; init; }

    /// <summary>Only those that name this project.</summary>
    public string? Project { get; init; }

    /// <summary>Only those that name this metric.</summary>
    public string? Metric { get; init; }

    /// <summary>Only those from this time on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only those before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary><see langword="true"/>: only those that were replayed; <see langword="false"/>: only others.</summary>
    public bool? Replayed { get; init; }

    /// <summary><see cref="DeadLetterPage.Next"/> of the page before.</summary>
    public string? Before { get; init; }
}
