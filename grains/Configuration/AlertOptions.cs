namespace Analytics.Grains.Configuration;

/// <summary><c>Analytics:Alerts</c>: how alerts are judged and told.</summary>
public sealed record AlertOptions
{
    /// <summary>Milliseconds between two looks at a busy metric's alerts, 10-60,000. What changes meanwhile is in the next look. Five a second is sooner than
    /// anybody reacts, and a view of a thousand groups is not made anew for every batch.</summary>
    public int LookMs { get; init; } = 200;

    /// <summary>Seconds after an activation that alerts keep the state they had, 0-3,600: rows that were not yet in the table come from the log again meanwhile, and what
    /// lacks them is no news.</summary>
    public int SettleSeconds { get; init; } = 10;

    /// <summary>Hosts, separated by commas, that webhooks may name whatever their addresses are, over <c>http</c> too; none without. Others are reached over <c>https</c>
    /// only, and never at a private, local or link-local address: whoever may make an alert must not reach what only this server can.</summary>
    public string? Hosts { get; init; }

    /// <summary><c>Any</c>: webhooks may also name other hosts than <see cref="Hosts"/>, public ones; <c>Listed</c>: they may not.</summary>
    public string OtherHosts { get; init; } = Any;

    /// <summary>Milliseconds a webhook may take to answer, 100-60,000.</summary>
    public int TimeoutMs { get; init; } = 10_000;

    /// <summary>Attempts at a delivery, 1-100, before it is given up. With pauses of 1 s that double up to five minutes, ten are within 15 minutes.</summary>
    public int AttemptsMax { get; init; } = 10;

    /// <summary>Milliseconds before the second attempt, 10-300,000; each pause is twice the one before, up to five minutes, but for jitter.</summary>
    public int PauseMs { get; init; } = 1_000;

    /// <summary>Deliveries that may wait or be under way, 1-100,000; what comes beyond is given up, and counted. A thousand are a few megabytes.</summary>
    public int DeliveriesMax { get; init; } = 1_000;

    /// <summary>Other hosts may be named.</summary>
    internal const string Any = "Any";

    /// <summary>Only listed hosts may be named.</summary>
    internal const string Listed = "Listed";
}
