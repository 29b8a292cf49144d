namespace Analytics.Cli.Loading;

/// <summary>What <c>load</c> sends; checked already.</summary>
internal sealed record LoadPlan
{
    /// <summary>The project, or the beginning of the projects' names.</summary>
    public required string Project { get; init; }

    /// <summary>Number of projects.</summary>
    public int Projects { get; init; } = 1;

    /// <summary>Metrics of each.</summary>
    public int Metrics { get; init; } = 1;

    /// <summary>Different users.</summary>
    public int Cardinality { get; init; } = 1000;

    /// <summary>Events a second; 0 for as many as go.</summary>
    public int Rate { get; init; } = 1000;

    /// <summary>Events; <see langword="null"/> for as many as come in <see cref="Time"/>.</summary>
    public long? EventsMax { get; init; }

    /// <summary>For how long, where the number is not given.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Events of a request.</summary>
    public int Batch { get; init; } = 1000;

    /// <summary>Requests at a time.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>The same seed makes the same events.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Events of a request: a low rate comes in ten requests a second, not in one now and then.</summary>
    public int RequestEvents => Rate == 0 ? Batch : Math.Clamp(Rate / 10, 1, Batch);

    /// <summary>Events in all, as far as they are known.</summary>
    public long? EventsExpected => EventsMax ?? (Rate == 0 ? null : (long)(Rate * Time.TotalSeconds));
}
